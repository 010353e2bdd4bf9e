import { CaioError, type JsonValue } from "@caio/core";

/** Code units of all texts together, before and after normalising. */
export const MAX_CHARACTERS = 4 * 1024 * 1024;
const MAX_DEPTH = 256;

/**
 * All texts of a JSON value: strings, keys of objects, and integers as decimal text (a card number may come as a number).
 * Works with a list instead of recursion, so that depth costs no stack.
 *
 * @throws CaioError `InvalidRequest` past 4 Mi code units or 256 levels: what cannot be scanned must not pass as clean.
 */
export function textsOf(value: JsonValue): readonly string[] {
  const texts: string[] = [];
  let characters = 0;
  const add = (text: string): void => {
    characters += text.length;
    if (characters > MAX_CHARACTERS) throw refuseTooLarge("4 Mi characters at most");
    texts.push(text);
  };
  const open: { readonly item: JsonValue; readonly depth: number }[] = [{ item: value, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { item, depth } = next;
    if (depth > MAX_DEPTH) throw refuseTooLarge("256 levels at most");
    if (typeof item === "string") add(item);
    else if (typeof item === "number") addNumber(item, add);
    else if (typeof item === "object" && item !== null) {
      for (const [key, member] of Object.entries(item)) {
        if (!Array.isArray(item)) add(key);
        open.push({ item: member, depth: depth + 1 });
      }
    }
  }
  return texts;
}

function addNumber(value: number, add: (text: string) => void): void {
  // Shorter ones name nobody, and fractions are measurements.
  if (Number.isInteger(value) && Math.abs(value) >= 1_000_000_000) add(BigInt(value).toString());
}

/** The refusal of a value that cannot be scanned whole. */
export function refuseTooLarge(expected: string): CaioError<"InvalidRequest"> {
  return new CaioError("InvalidRequest", `The payload is too large to be scanned for sensitive data: ${expected}. Send it in parts.`, {
    details: { at: "data.payload", expected },
  });
}

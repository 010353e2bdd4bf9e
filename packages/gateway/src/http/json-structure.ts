/** Deeper values are taken by nothing behind, and recursion over them would end the stack. */
export const MAX_DEPTH = 128;

/** What of a text of JSON no parser says: it is too deep, or a name stands twice in one object, of which every parser takes another. */
export type StructureFault = { readonly kind: "deep" } | { readonly kind: "twice"; readonly name: string };

const [QUOTE, COMMA, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [0x22, 0x2c, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** The names of an object so far, and whether a name comes next; null for a list. */
type Level = { readonly names: Set<string>; isNameNext: boolean } | null;

/** Walks once over a text, before anything is built of it. A text that is no JSON has no fault here: the parser says where it is none. */
export function structureFault(text: string): StructureFault | undefined {
  const levels: Level[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      const twice = nameTwice(levels.at(-1), text, at, end);
      if (twice !== undefined) return { kind: "twice", name: twice };
      at = end;
    } else if (code === OPEN_LIST || code === OPEN_MAP) {
      if (levels.push(code === OPEN_MAP ? { names: new Set(), isNameNext: true } : null) > MAX_DEPTH) return { kind: "deep" };
    } else if (code === CLOSE_LIST || code === CLOSE_MAP) levels.pop();
    else if (code === COMMA) {
      const level = levels.at(-1);
      if (level) level.isNameNext = true;
    }
  }
  return undefined;
}

/** The name that the string is, if it stood in this object before. */
function nameTwice(level: Level | undefined, text: string, start: number, end: number): string | undefined {
  if (!level?.isNameNext) return undefined;
  level.isNameNext = false;
  const name = nameOf(text.slice(start, end + 1));
  if (level.names.has(name)) return name;
  level.names.add(name);
  return undefined;
}

/** As it is, however it is spelled. */
function nameOf(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

/** Where a string that begins here ends: a quote with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

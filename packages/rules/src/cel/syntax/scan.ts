import { CelRefusal } from "./cel-issue.ts";
import { celMacros, celProfile } from "../profile.ts";

/** A token and its UTF-16 offset. Operators of two characters are two tokens. */
export interface Token {
  readonly text: string;
  readonly at: number;
}

const WORD = /[A-Za-z0-9_]/;
const PLAIN = /[A-Za-z0-9_ \t\r\n.,?:!&|=<>+\-*]/;
const ESCAPE = /^\\(?:[\\'"nrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})/;

/**
 * The lexical half of the profile, in one pass and before any parser sees the text: its length, its brackets, its
 * characters, its strings and its numbers. What passes is a text on which a recursive parser stays shallow.
 *
 * @returns the tokens of the text, without white space
 * @throws CelRefusal at the first thing outside the profile
 */
export function scanSource(source: string): readonly Token[] {
  if (source.length > celProfile.maxSource) {
    throw new CelRefusal(0, `The condition has ${String(source.length)} characters, at most ${String(celProfile.maxSource)} are read. Split it into several rules.`);
  }
  if (source.trim() === "") throw new CelRefusal(0, "The condition is empty. Write an expression that is true or false.");
  let depth = 0;
  let at = 0;
  const tokens: Token[] = [];
  while (at < source.length) {
    const start = at;
    const char = source.charAt(at);
    if (char === '"' || char === "'") at = scanString(source, at);
    else if (WORD.test(char)) at = scanWord(source, at);
    else {
      depth += bracketStep(char);
      if (depth > celProfile.maxBrackets) {
        throw new CelRefusal(at, `More than ${String(celProfile.maxBrackets)} brackets are open here. Split the condition into several rules.`);
      }
      if (!"()[]".includes(char) && !PLAIN.test(char)) throw new CelRefusal(at, characterMessage(char));
      at += 1;
    }
    const token = { text: source.slice(start, at), at: start };
    if (token.text.trim() === "") continue;
    checkSpelling(tokens.slice(-2), token);
    tokens.push(token);
  }
  return tokens;
}

/** What CEL can also write: `.x` for `x`, `[1,]`, `list.all((v), …)`. @param before - the two tokens before this one */
function checkSpelling(before: readonly Token[], { text, at }: Token): void {
  const [last = "", last2 = ""] = before.map((token) => token.text).toReversed();
  if (text === "." && !endsOperand(last)) throw new CelRefusal(at, "No name begins with a dot in the profile. Remove it.");
  if (text === "]" && last === ",") throw new CelRefusal(at, "A list ends with an item in the profile. Remove the comma before ].");
  if (text === "(" && last === "(" && celMacros.some((macro) => macro === last2)) {
    throw new CelRefusal(at, `The variable of ${last2} stands without brackets in the profile. Remove them.`);
  }
}

/** True of the last token of what an operator may follow. */
export function endsOperand(token: string): boolean {
  return token !== "in" && /[\w"')\]]$/.test(token);
}

function bracketStep(char: string): number {
  if (char === "(" || char === "[") return 1;
  return char === ")" || char === "]" ? -1 : 0;
}

/** The position after the string that starts at `start`. */
function scanString(source: string, start: number): number {
  const quote = source.charAt(start);
  if (source.startsWith(quote.repeat(3), start)) {
    throw new CelRefusal(start, "Triple quotes are not in the profile. Use one quote on each side.");
  }
  let at = start + 1;
  while (at < source.length) {
    const char = source.charAt(at);
    if (char === quote) return at + 1;
    if (char === "\n" || char === "\r") break;
    if (char === "\\") {
      const escape = ESCAPE.exec(source.slice(at, at + 6));
      if (escape === null) {
        throw new CelRefusal(at, "This escape is not in the profile. Use \\\\, \\', \\\", \\n, \\r, \\t or \\uXXXX.");
      }
      at += escape[0].length;
    } else at += 1;
  }
  throw new CelRefusal(start, "This text has no end on its line. Close the quote.");
}

/** The position after the name or number that starts at `start`. */
function scanWord(source: string, start: number): number {
  let end = start;
  while (end < source.length && WORD.test(source.charAt(end))) end += 1;
  const word = source.slice(start, end);
  const next = source.charAt(end);
  if (next === '"' || next === "'") {
    throw new CelRefusal(start, `Texts with the prefix "${word}" are not in the profile. Write a plain text in quotes.`);
  }
  if (/^\d/.test(word) && (!/^\d+$/.test(word) || next === ".")) {
    throw new CelRefusal(start, "Only whole decimal numbers are in the profile: every quantity is an integer in a small unit, such as 800000 (microseconds).");
  }
  return end;
}

function characterMessage(char: string): string {
  const shown = JSON.stringify(char);
  if (char === "/" || char === "%") {
    return `${shown} is not in the profile (no division, no comments). Multiply the other side instead.`;
  }
  if (char === "{" || char === "}") return `${shown} is not in the profile: no maps and no messages. Compare fields one by one.`;
  return `${shown} is not in the profile outside of a quoted text. Remove it.`;
}

import type { ReportedProblem } from "../validate/validate-text.ts";
import { plainText } from "./plain-text.ts";
import type { Style } from "./style.ts";

/** Of a line of the file; a caret far to the right moves the window. */
const WIDTH = 100;
/** Only marks and the keys that lead to the place: no value. */
const LEADING = /^\s*(?:(?:- *|[{[] *|(?:[A-Za-z_][\w-]*|"[A-Za-z_][\w-]*") *: *))*$/;
const WORD = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"'[\]{},:#|>][^\s,[\]{}#:]*))/;

/**
 * The line of a problem, cut down to what its message has said already: the keys that lead to the place, and the key or
 * value there if the message names it. Everything else of the line may be a secret, and is left out; so is the line if
 * the message withholds the value, or has no path to say which value it is about.
 */
export function excerpt(problem: ReportedProblem, text: string, style: Style): string {
  const { line, column, path } = problem;
  const source = text.replace(/^\uFEFF/, "").split("\n", line)[line - 1]?.replace(/[\t\r]/g, " ");
  if (source === undefined || path === "") return "";
  const before = source.slice(0, column - 1);
  const after = source.slice(column - 1);
  const shown = shownPart(after, problem);
  if (shown === undefined) return "";
  // What stands before may hold values of its own: dots keep the place of the caret.
  const lead = LEADING.test(before) ? before : "…".padStart(before.length - 1).padEnd(before.length);
  const rest = after.slice(shown.length).trim() === "" ? "" : " …";
  return framed(`${lead}${shown}${rest}`, line, column, style);
}

/** What of the text at the place may be shown; undefined if it is a value that the message withholds. */
function shownPart(after: string, problem: ReportedProblem): string | undefined {
  const match = WORD.exec(after);
  // The mark with which a list or a mapping begins, or an absent value, says nothing.
  if (/^(?:[[{]|[-?] |[-?]?$)/.test(after.trimEnd())) return "";
  if (match === null) return undefined;
  const [whole, double, single, bare] = match;
  const isKey = /^ *:(?: |$)/.test(after.slice(whole.length));
  if (isSaid(double ?? single ?? bare ?? "", isKey, problem)) return whole;
  return isKey ? "" : undefined;
}

function isSaid(word: string, isKey: boolean, { path, found, message }: ReportedProblem): boolean {
  if (found.includes(JSON.stringify(word)) || found === `the number ${word}` || found === word) return true;
  // A finding about a rule names it in its path.
  return (isKey || message !== undefined) && path.split(/[ ,.[\]]+/).includes(word);
}

function framed(source: string, line: number, column: number, style: Style): string {
  const from = Math.max(0, column - Math.floor(WIDTH / 2));
  const shown = plainText(source).slice(from, from + WIDTH).trimEnd();
  const number = String(line);
  const gutter = " ".repeat(number.length);
  return `  ${style.dim(`${number} |`)} ${shown}\n  ${style.dim(`${gutter} |`)} ${" ".repeat(Math.max(0, column - 1 - from))}${style.red("^")}\n`;
}

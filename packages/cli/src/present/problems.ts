import type { ReportedProblem } from "../validate/validate-text.ts";
import { oneLine, plainText } from "./plain-text.ts";
import type { Palette } from "./palette.ts";

/** Of a line of the file; a caret far to the right moves the window. */
const WIDTH = 100;

/** A problem as a line with `file:line:column`, and the line of the file with a caret under the place. */
export function problemLines(problem: ReportedProblem, text: string, severity: "error" | "warning", palette: Palette): string {
  const { file, line, column, path, found, expected, didYouMean, message } = problem;
  const where = palette.bold(`${plainText(file)}:${String(line)}:${String(column)}`);
  const level = severity === "error" ? palette.red("error") : palette.yellow("warning");
  const at = path === "" ? "" : ` ${oneLine(path)}:`;
  const meant = didYouMean === undefined ? "" : `; did you mean "${oneLine(didYouMean)}"?`;
  const words = message === undefined ? `found ${oneLine(found)}, expected ${oneLine(expected)}${meant}` : oneLine(message);
  return `${where} ${level}${at} ${words}\n${excerpt(text, line, column, palette)}`;
}

function excerpt(text: string, line: number, column: number, palette: Palette): string {
  const source = text.split("\n", line)[line - 1];
  if (source === undefined || source.trim() === "") return "";
  const from = Math.max(0, column - Math.floor(WIDTH / 2));
  const shown = plainText(source.replaceAll("\t", " ").replace("\r", "")).slice(from, from + WIDTH);
  const number = String(line);
  const gutter = " ".repeat(number.length);
  return `  ${palette.dim(`${number} |`)} ${shown}\n  ${palette.dim(`${gutter} |`)} ${" ".repeat(Math.max(0, column - 1 - from))}${palette.red("^")}\n`;
}

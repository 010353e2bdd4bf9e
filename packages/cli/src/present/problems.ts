import type { ReportedProblem } from "../validate/validate-text.ts";
import { excerpt } from "./excerpt.ts";
import { oneLine, plainText } from "./plain-text.ts";
import type { Style } from "./style.ts";

/** A problem as a line with `file:line:column`, and what may be seen of that line of the file with a caret under the place. */
export function problemLines(problem: ReportedProblem, text: string, severity: "error" | "warning", style: Style): string {
  const { file, line, column, path, found, expected, didYouMean, message } = problem;
  const where = style.bold(`${plainText(file)}:${String(line)}:${String(column)}`);
  const level = severity === "error" ? style.red("error") : style.yellow("warning");
  const at = path === "" ? "" : ` ${oneLine(path)}:`;
  const meant = didYouMean === undefined ? "" : `; did you mean "${oneLine(didYouMean)}"?`;
  const words = message === undefined ? `found ${oneLine(found)}, expected ${oneLine(expected)}${meant}` : oneLine(message);
  return `${where} ${level}${at} ${words}\n${excerpt(problem, text, style)}`;
}

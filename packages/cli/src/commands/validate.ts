import { isCaioError, type CaioError } from "@caio/core";

import { exitCodes } from "../exit-code.ts";
import { loadProperties } from "../load/properties.ts";
import { readText } from "../load/read-text.ts";
import { styleOf, type Style } from "../present/style.ts";
import { plainText } from "../present/plain-text.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { problemLines } from "../present/problems.ts";
import { validateText, type DocumentReport } from "../validate/validate-text.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

export interface ValidateOptions extends JsonOption {
  readonly files: readonly string[];
  /** A file of definitions of a team's own properties; default: the properties that everyone knows. */
  readonly properties?: string | undefined;
}

interface Checked {
  readonly text: string;
  readonly report: DocumentReport;
}

/**
 * `caio validate FILE…`: everything that is wrong with each file, with its place.
 *
 * @throws CaioError for definitions of properties that cannot be used
 */
export const validate: RunCommand<ValidateOptions> = async ({ files, properties, json }, { terminal }) => {
  const catalogue = properties === undefined ? undefined : await loadProperties(properties);
  const checked: Checked[] = [];
  const unreadable: CaioError[] = [];
  for (const file of files) {
    try {
      const text = await readText(file, "InvalidRequest");
      checked.push({ text, report: validateText(text, file, catalogue) });
    } catch (error) {
      if (!isCaioError(error)) throw error;
      unreadable.push(error);
    }
  }
  const style = styleOf(terminal);
  if (json === true) {
    const documents = checked.map(({ report }) => ({ ...report, kind: report.kind ?? null }));
    terminal.write(prettyJson({ documents, errors: unreadable.map((error) => error.toJSON()) }));
  } else {
    for (const each of checked) terminal.write(reportText(each, style));
    for (const error of unreadable) terminal.writeError(`${style.red("error")} ${error.code}: ${plainText(error.message)}\n`);
  }
  if (unreadable.length > 0) return exitCodes.unusable;
  return checked.some(({ report }) => report.problems.length > 0) ? exitCodes.problems : exitCodes.ok;
};

function reportText({ text, report }: Checked, style: Style): string {
  const { file, kind, problems, warnings } = report;
  const lines = [
    ...problems.map((problem) => problemLines(problem, text, "error", style)),
    ...warnings.map((warning) => problemLines(warning, text, "warning", style)),
  ];
  const verdict = problems.length > 0 ? style.red(count(problems.length, "problem")) : style.green("ok");
  const doubtful = warnings.length > 0 ? `, ${style.yellow(count(warnings.length, "warning"))}` : "";
  return `${lines.join("")}${plainText(file)}: ${kind ?? "document"}: ${verdict}${doubtful}\n`;
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? "" : "s"}`;
}

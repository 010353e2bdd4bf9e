import { CaioError, type CaioErrorCode, type JsonObject } from "@caio/core";

import type { DocumentPath } from "./decimal-text.ts";

/** Line and column of a document, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One thing wrong with a document: where, what was found, what was expected. */
export interface Problem extends Place {
  readonly file: string;
  /** `guarantees.latency.bound.max`; empty for the whole document. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
  /** The known name that was probably meant. */
  readonly didYouMean?: string;
}

/** More are not looked for, so that an error of a hostile file stays small. */
export const MAX_PROBLEMS = 500;
/** Of a message; the details list all. */
const MAX_LINES = 20;

/** `["capabilities", 0, "type"]` → `capabilities[0].type`. */
export function pathText(path: DocumentPath): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${String(part)}]`;
    else text += (text === "" ? "" : ".") + String(part).slice(0, 80);
  }
  return text;
}

/** One line: `a.yaml:3:7 cost.model: found "per_tokn", expected …; did you mean "per_token"?` */
export function problemText(problem: Problem): string {
  const where = `${problem.file}:${String(problem.line)}:${String(problem.column)}`;
  const path = problem.path === "" ? "" : ` ${problem.path}`;
  const meant = problem.didYouMean === undefined ? "" : `; did you mean "${problem.didYouMean}"?`;
  return `${where}${path}: found ${problem.found}, expected ${problem.expected}${meant}`;
}

/** All problems of a document as one error; `details.problems` lists them for machines. */
export function problemsError<Code extends CaioErrorCode>(code: Code, problems: readonly Problem[]): CaioError<Code> {
  const lines = problems.slice(0, MAX_LINES).map(problemText);
  if (problems.length > MAX_LINES) lines.push(`and ${String(problems.length - MAX_LINES)} more`);
  return new CaioError(code, lines.join("\n"), { details: { problems: problems.slice(0, MAX_PROBLEMS).map(problemJson) } });
}

function problemJson(problem: Problem): JsonObject {
  return { ...problem };
}

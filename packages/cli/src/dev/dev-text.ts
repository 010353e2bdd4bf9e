import { relative } from "node:path";

import { plainText } from "../present/plain-text.ts";
import { problemLines } from "../present/problems.ts";
import type { Style } from "../present/style.ts";
import { dashboardLine } from "../serve/serving-text.ts";
import type { FileFinding, ReadDocuments } from "./read-documents.ts";

/** What a person should know of a folder that is served while it is worked on. */
export interface DevServing {
  readonly address: string;
  readonly services: number;
  readonly keyFile: string;
  readonly watched: readonly string[];
  readonly dashboard: boolean;
}

/** Where it is, and lines that work as they stand. */
export function devText({ address, services, keyFile, watched, dashboard }: DevServing, style: Style): string {
  const file = relative(".", keyFile);
  const key = /^[\w./-]+$/.test(file) ? file : JSON.stringify(file);
  return `${style.bold("CAIO dev")} on ${address}, ${String(services)} services
${dashboardLine(address, dashboard)}The key of an admin is in ${file}.

Try it:
  export CAIO_URL=${address} CAIO_KEY=$(cat ${key})
  curl -s -H "authorization: Bearer $CAIO_KEY" -H "content-type: application/json" ${address}/v1/chat/completions \\
    -d '{"model":"caio:auto","messages":[{"role":"user","content":"Hello"}]}'
  npx caio decisions

Watching ${watched.map((path) => relative(".", path) || path).join(", ")}: what is saved there holds from the next decision on. Ctrl-C ends.
`;
}

/** The head of what was saved. @param time - milliseconds */
export function savedText(files: readonly string[], time: number, style: Style): string {
  return `\n${style.dim(new Date(time).toISOString().slice(11, 19))} ${style.bold(files.map((file) => plainText(relative(".", file))).join(", "))}\n`;
}

/** What is wrong or doubtful, each at its line and column. */
export function findingsText(read: ReadDocuments, style: Style): string {
  const lines = ({ text, problem }: FileFinding, severity: "error" | "warning"): string => problemLines({ ...problem, file: relative(".", problem.file) }, text, severity, style);
  const wrong = read.ok ? "" : read.problems.map((each) => lines(each, "error")).join("") + read.messages.map((message) => `${style.red("error")} ${plainText(message)}\n`).join("");
  return wrong + read.warnings.map((each) => lines(each, "warning")).join("");
}

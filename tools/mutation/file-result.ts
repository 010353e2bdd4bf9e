import { readFileSync } from "node:fs";

import { pathOf } from "./digests.ts";
import type { FileResult, Survivor } from "./record.ts";
import type { Mutants } from "./run-group.ts";

/** What became of the mutants of one file. */
export function recordOf(file: string, mutants: Mutants): FileResult {
  const own = mutants.filter(({ fileName }) => fileName.endsWith(file));
  const source = readFileSync(pathOf(file), "utf8").split("\n");
  const count = (wanted: string): number => own.filter(({ status }) => status === wanted).length;
  const survivors = own.filter(({ status }) => status === "Survived" || status === "NoCoverage").map(({ location, replacement }) => survivorOf(source, location, replacement));
  return { killed: count("Killed"), timeouts: count("Timeout"), survived: count("Survived"), noCoverage: count("NoCoverage"), survivors };
}

type Location = Mutants[number]["location"];

function survivorOf(source: readonly string[], { start, end }: Location, replacement: string | undefined): Survivor {
  const lines = source.slice(start.line - 1, end.line);
  const text = (lines[0] ?? "").trim();
  const last = lines.length - 1;
  const was = lines.map((line, at) => line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined)).join("\n");
  return { line: start.line, text, was: short(was), becomes: short(replacement ?? "") };
}

/** On one line, its middle left out if it is long. */
function short(code: string): string {
  const flat = code.replace(/\s+/gu, " ");
  return flat.length <= 160 ? flat : `${flat.slice(0, 110)} … ${flat.slice(-45)}`;
}

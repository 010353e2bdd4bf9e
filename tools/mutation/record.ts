import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A mutant that no test saw. */
export interface Survivor {
  /** From 1. */
  readonly line: number;
  /** The line of the source in which it begins, trimmed. */
  readonly text: string;
  readonly was: string;
  readonly becomes: string;
}

/** What became of the mutants of one file. Texts for people are left out and not counted. */
export interface FileResult {
  readonly killed: number;
  /** Ran on and on, which a caller sees as well. */
  readonly timeouts: number;
  readonly survived: number;
  /** Survived, for no test runs the line. */
  readonly noCoverage: number;
  readonly survivors: readonly Survivor[];
}

/** The result of a file, and of which text of it. */
export interface RecordedFile extends FileResult {
  readonly group: string;
  readonly digest: string;
}

/** What was last found: kept in the tree, so that only what changed must be run. */
export interface MutationRecord {
  /** By path from the root. */
  readonly files: Record<string, RecordedFile>;
  /** Digests of the tests of the groups of which every file was run, as they were in the last run of all of them, or in the one that completed them. */
  readonly tests: Record<string, string>;
}

const path = fileURLToPath(new URL("record.json", import.meta.url));

/** The record in the tree; empty if there is none. */
export function readRecord(): MutationRecord {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as MutationRecord) : { files: {}, tests: {} };
}

/** Writes the record, one survivor a line. */
export function writeRecord({ files, tests }: MutationRecord): void {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = sorted.map(([name, { survivors, ...rest }]) => {
    const each = survivors.map((survivor) => `\n      ${JSON.stringify(survivor)}`).join(",");
    return `    ${JSON.stringify(name)}: ${JSON.stringify(rest).slice(0, -1)},"survivors":[${each}]}`;
  });
  writeFileSync(path, `{\n  "tests": ${JSON.stringify(tests)},\n  "files": {\n${lines.join(",\n")}\n  }\n}\n`);
}

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { MutationGroup } from "./groups.ts";
import type { MutationRecord, Survivor } from "./record.ts";

/** Why a survivor, or all of one line, cannot be seen, or need not be. */
export interface Explanation {
  readonly file: string;
  /** The line of the source, trimmed: where the line changes, the reason is thought over anew. */
  readonly line: string;
  /** Absent: every survivor that begins in the line. */
  readonly was?: string;
  readonly becomes?: string;
  readonly why: string;
}

/** The explanations of a group, from `survivors/<group>.json`. */
export function readExplanations({ name }: MutationGroup): readonly Explanation[] {
  const path = fileURLToPath(new URL(`survivors/${name}.json`, import.meta.url));
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Explanation[]) : [];
}

/** Survivors without a reason, and reasons without a survivor. */
export function openSurvivors(group: MutationGroup, { files }: MutationRecord, explanations: readonly Explanation[] = readExplanations(group)): readonly string[] {
  const survivors = group.files.flatMap((file) => (files[file]?.survivors ?? []).map((survivor) => ({ file, survivor })));
  const unexplained = survivors
    .filter(({ file, survivor }) => !explanations.some((explanation) => explains(explanation, file, survivor)))
    .map(({ file, survivor: { line, text, was, becomes } }) => `${file}:${String(line)}: no test sees \`${was}\` become \`${becomes}\` in \`${text.slice(0, 120)}\``);
  const idle = explanations
    .filter(({ file }) => group.files.includes(file) && files[file] !== undefined)
    .filter((explanation) => !survivors.some(({ file, survivor }) => explains(explanation, file, survivor)))
    .map(({ file, line }) => `${file}: an explanation in survivors/${group.name}.json fits no survivor of \`${line}\`: take it away`);
  return [...unexplained, ...idle];
}

function explains(explanation: Explanation, file: string, { text, was, becomes }: Survivor): boolean {
  return explanation.file === file && explanation.line === text && (explanation.was ?? was) === was && (explanation.becomes ?? becomes) === becomes;
}

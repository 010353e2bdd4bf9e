import type { MutationGroup } from "./groups.ts";
import type { FileResult, MutationRecord } from "./record.ts";

/** Counts of several files together. */
export type Counts = Omit<FileResult, "survivors">;

/** Seen mutants of all, in per cent; of a file without mutants 100. */
export function scoreOf({ killed, timeouts, survived, noCoverage }: Counts): number {
  const all = killed + timeouts + survived + noCoverage;
  return all === 0 ? 100 : (100 * (killed + timeouts)) / all;
}

/** The counts together. */
export function sumOf(results: readonly Counts[]): Counts {
  const sum = (part: keyof Counts): number => results.reduce((total, result) => total + result[part], 0);
  return { killed: sum("killed"), timeouts: sum("timeouts"), survived: sum("survived"), noCoverage: sum("noCoverage") };
}

/** A table of scores, per file and per group. */
export function tableOf(groups: readonly MutationGroup[], { files }: MutationRecord, isShown: (file: string) => boolean): string {
  const head = ["| file | score | mutants | killed | timeouts | survived | no coverage |", "|---|--:|--:|--:|--:|--:|--:|"];
  const rows = groups.flatMap((group) => {
    const shown = group.files.filter(isShown);
    const known = group.files.flatMap((file) => files[file] ?? []);
    const each = shown.map((file) => rowOf(file.replace("packages/", "").replace("/src/", "/"), files[file]));
    return shown.length === 0 ? [] : [...each, rowOf(`**${group.name}**`, known.length === 0 ? undefined : sumOf(known))];
  });
  return [...head, ...rows].join("\n");
}

function rowOf(name: string, result: Counts | undefined): string {
  if (result === undefined) return `| ${name} | not run | | | | | |`;
  const { killed, timeouts, survived, noCoverage } = result;
  const numbers = [killed + timeouts + survived + noCoverage, killed, timeouts, survived, noCoverage].map(String);
  return `| ${name} | ${scoreOf(result).toFixed(1)} % | ${numbers.join(" | ")} |`;
}

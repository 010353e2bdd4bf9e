import { digestOfFile } from "./digests.ts";
import type { MutationGroup } from "./groups.ts";
import type { MutationRecord } from "./record.ts";
import { openSurvivors } from "./survivors.ts";
import { scoreOf, sumOf } from "./table.ts";

/** The least score, per cent, of each group and of each file. */
const GROUP_FLOOR = 85;
const FILE_FLOOR = 75;

/** What is looked at beside the floors. */
export interface ProblemTerms {
  /** Files that changed and were too long to run. */
  readonly left: readonly string[];
  /** Files whose survivors must be explained. */
  readonly answerable: (file: string) => boolean;
}

/** What keeps the record from being good enough, one line each. */
export function findProblems(groups: readonly MutationGroup[], record: MutationRecord, { left, answerable }: ProblemTerms): readonly string[] {
  return groups.flatMap((group) => {
    const results = group.files.flatMap((file) => record.files[file] ?? []);
    const score = scoreOf(sumOf(results));
    const low = group.files.flatMap((file) => {
      const result = record.files[file];
      if (result === undefined) return [];
      const own = scoreOf(result);
      return own < FILE_FLOOR ? [`${file}: ${own.toFixed(1)} %, expected at least ${String(FILE_FLOOR)} %: write tests that see its survivors`] : [];
    });
    return [
      ...(record.tests[group.name] === undefined ? [`${group.name}: never run whole, so that nothing is known of it: \`npm run mutation -- --group ${group.name} --write\``] : []),
      ...(score < GROUP_FLOOR ? [`${group.name}: ${score.toFixed(1)} %, expected at least ${String(GROUP_FLOOR)} %`] : []),
      ...low,
      ...group.files.filter((file) => left.includes(file) && record.files[file]?.digest !== digestOfFile(file)).map((file) => `${file}: changed, and too long to run here: \`npm run mutation -- --group ${group.name} --changed --write\``),
      ...openSurvivors({ ...group, files: group.files.filter(answerable) }, record),
    ];
  });
}

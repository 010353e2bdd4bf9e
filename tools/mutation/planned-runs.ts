import { digestOfFile } from "./digests.ts";
import type { MutationGroup } from "./groups.ts";
import type { MutationRecord } from "./record.ts";

/** Mutants that one call with `--changed` may run, by what the record says of a file; one that is not in it counts as so many. */
const MOST_CHANGED = 400;
const UNKNOWN = 150;

/** Files to run, group by group, and those that are left for another time. */
export interface Plan {
  readonly runs: readonly { readonly group: MutationGroup; readonly files: readonly string[] }[];
  readonly left: readonly string[];
}

/** Which files to run: all, those with one of the endings, or those whose text is not the one recorded, the smallest first. Of a group that was never run whole nothing counts as changed. @throws Error for an ending that no file of the groups has */
export function plannedRuns(groups: readonly MutationGroup[], { files, tests }: MutationRecord, { changed, endings }: { readonly changed: boolean; readonly endings: readonly string[] | undefined }): Plan {
  const strange = (endings ?? []).filter((ending) => !groups.some((group) => group.files.some((file) => file.endsWith(ending))));
  if (strange.length > 0) throw new Error(`--file ${strange.join(", ")}: no file of ${groups.map(({ name }) => name).join(", ")} ends so. Say the end of a path such as orchestrator/src/cost.ts; \`npm run mutation -- --check\` lists them.`);
  const wanted = groups.flatMap((group) => group.files.filter((file) => endings?.some((ending) => file.endsWith(ending)) ?? true).map((file) => ({ group, file })));
  const stale = changed ? wanted.filter(({ group, file }) => tests[group.name] !== undefined && files[file]?.digest !== digestOfFile(file)) : wanted;
  const sizeOf = (file: string): number => {
    const known = files[file];
    return known === undefined ? UNKNOWN : known.killed + known.timeouts + known.survived + known.noCoverage;
  };
  const left = new Set<string>();
  let room = changed ? MOST_CHANGED : Infinity;
  for (const { file } of [...stale].sort((a, b) => sizeOf(a.file) - sizeOf(b.file))) {
    room -= sizeOf(file);
    if (room < 0) left.add(file);
  }
  const runs = groups.map((group) => ({ group, files: stale.filter((each) => each.group === group && !left.has(each.file)).map(({ file }) => file) }));
  return { runs: runs.filter((run) => run.files.length > 0), left: [...left] };
}

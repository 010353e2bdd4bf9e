import { digestOfTests } from "./digests.ts";
import type { MutationGroup } from "./groups.ts";
import type { MutationRecord } from "./record.ts";

/** Groups whose tests are other ones than in their last whole run: what those see is not in the record, except of files that were run alone since. */
export function groupsWithOtherTests(groups: readonly MutationGroup[], { tests }: MutationRecord): readonly string[] {
  return groups.filter((group) => tests[group.name] !== undefined && tests[group.name] !== digestOfTests(group)).map(({ name }) => name);
}

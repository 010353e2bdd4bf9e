import type { CheckGroup, Finding, Seeds } from "./check-group.ts";

/** A part of the scorecard that one process works off at a time. */
export type Task =
  | { readonly kind: "judge"; readonly group: string; readonly checks: readonly string[]; readonly seeds: Seeds }
  | { readonly kind: "look"; readonly group: string; readonly check: string; readonly fault: string; readonly seeds: Seeds };

/** Works tasks off, some of them at once. */
export type Runner = (task: Task) => Promise<readonly Finding[]>;

/** Works a task off in this process. @throws Error if there is no such group, check or fault */
export async function runTask(task: Task, groups: readonly CheckGroup[]): Promise<readonly Finding[]> {
  const group = groups.find(({ name }) => name === task.group);
  if (group === undefined) throw new Error(`Found no group ${task.group}, expected one of ${groups.map(({ name }) => name).join(", ")}.`);
  return task.kind === "judge" ? group.judge(task.seeds, task.checks) : [await group.look(task.seeds, task.check, task.fault)];
}

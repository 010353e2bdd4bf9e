import type { PlanLimits, PlanTree } from "@caio/traceability";

import { capsOf, type Item, type Uses } from "./plan-problem.ts";

/** What all multipliers are worth together stays below; scaled ones are up to 2.3 times as large. */
const LARGEST = 2 ** 50;

/**
 * What a unit of each limit is worth, in pico of score: integers of at least 0. Those of the latency are one per step, and flow through
 * the tree: the parts of a seq have the same, that of a par is the sum of its parts'.
 */
export interface Multipliers {
  readonly uses: Uses;
  readonly us: readonly number[];
}

/** Score − Σ multiplier · use. */
export function profitOf({ score, uses, us }: Item, multipliers: Multipliers, step: number): number {
  const [cost, tail, unavailable, inaccurate] = multipliers.uses;
  return score - cost * uses[0] - tail * uses[1] - unavailable * uses[2] - inaccurate * uses[3] - (multipliers.us[step] ?? 0) * us;
}

/** The multiplier of the whole tree's latency. */
export function flowOf(tree: PlanTree, us: readonly number[]): number {
  if (typeof tree === "number") return us[tree] ?? 0;
  if ("par" in tree) return tree.par.reduce((sum: number, part) => sum + flowOf(part, us), 0);
  const [first = 0] = tree.seq;
  return flowOf(first, us);
}

/** No multiplier: each step by itself. */
export function noMultipliers(steps: number): Multipliers {
  return { uses: [0, 0, 0, 0], us: new Array<number>(steps).fill(0) };
}

/** The multipliers times a factor in millionths, those of the latency by one of their own. Integers that flow through the tree. */
export function scaledMultipliers(tree: PlanTree, { uses, us }: Multipliers, usesMicros: number, usMicros: number): Multipliers {
  const [cost, tail, unavailable, inaccurate] = uses;
  const flows = new Array<number>(us.length).fill(0);
  spreadFlow(tree, times(flowOf(tree, us), usMicros), us, flows);
  return { uses: [times(cost, usesMicros), times(tail, usesMicros), times(unavailable, usesMicros), times(inaccurate, usesMicros)], us: flows };
}

function times(value: number, micros: number): number {
  return Math.floor((value / 1_000_000) * micros);
}

/** Integers, small enough that every sum of a search stays exact. */
export function roundedMultipliers(tree: PlanTree, { uses, us }: Multipliers, limits: PlanLimits): Multipliers {
  const most = Math.floor(LARGEST / (5 * (us.length + 1)));
  const caps = capsOf(limits);
  const whole = (at: 0 | 1 | 2 | 3): number => (caps[at] > 0 ? Math.min(Math.round(uses[at]), Math.floor(most / caps[at])) : 0);
  const flows = new Array<number>(us.length).fill(0);
  const total = limits.latencyUs === null ? 0 : Math.min(Math.round(flowOf(tree, us)), Math.floor(most / Math.max(1, limits.latencyUs)));
  spreadFlow(tree, total, us, flows);
  return { uses: [whole(0), whole(1), whole(2), whole(3)], us: flows };
}

/** Writes an integer flow of this size through the tree, in about the shares of the one given. */
function spreadFlow(tree: PlanTree, size: number, us: readonly number[], flows: number[]): void {
  if (typeof tree === "number") flows[tree] = size;
  else if ("seq" in tree) for (const part of tree.seq) spreadFlow(part, size, us, flows);
  else {
    const whole = flowOf(tree, us);
    let left = size;
    for (const [at, part] of tree.par.entries()) {
      const last = at === tree.par.length - 1;
      const own = last || whole === 0 ? (last ? left : 0) : Math.min(left, Math.floor((size * flowOf(part, us)) / whole));
      spreadFlow(part, own, us, flows);
      left -= own;
    }
  }
}

import type { PlanLimits, PlanTree } from "@caio/traceability";

import { flowOf, noMultipliers, roundedMultipliers, type Multipliers } from "./multipliers.ts";
import { PlanBound, type Counted } from "./plan-bound.ts";
import { capsOf, latencyOf, sumOf, type Item } from "./plan-problem.ts";

/** What is weighed, and what is counted beside it. */
export interface Weighing {
  readonly tree: PlanTree;
  readonly steps: readonly (readonly Item[])[];
  readonly limits: PlanLimits;
  readonly counted: Counted;
}

const ROUNDS = 40;
const SLOWING = 0.88;
/** One item per step. */
type Selection = readonly Item[];

/**
 * Looks for the multipliers of the least bound by subgradient steps. Any multipliers give a bound, so nothing rests on how good these are.
 *
 * @param offer - told of the plan that each round came upon, which may break limits
 * @param known - the score of the best plan known: a bound that reaches it ends the search
 */
export function findMultipliers({ tree, steps, limits, counted }: Weighing, offer: (selection: Selection) => void, known: () => number): Multipliers {
  let now = noMultipliers(steps.length);
  let [least, leastBound] = [now, Infinity];
  const order = steps.map((_, step) => step);
  let pace = spread(steps) / 2;
  for (let round = 0; round < ROUNDS; round++) {
    const bound = new PlanBound(tree, steps, limits, { multipliers: now, counted, order });
    const { root } = bound;
    if (root === -Infinity) break;
    const selection = bound.best().map(({ item }) => item);
    offer(selection);
    if (root < leastBound) [least, leastBound] = [now, root];
    if (leastBound <= known()) break;
    const next = stepped({ tree, limits, selection, now, counted, pace });
    if (next === undefined) break;
    now = next;
    pace *= SLOWING;
  }
  return roundedMultipliers(tree, least, limits);
}

interface Round {
  readonly tree: PlanTree;
  readonly limits: PlanLimits;
  readonly selection: Selection;
  readonly now: Multipliers;
  /** It has no multiplier. */
  readonly counted: Counted;
  /** How far to go, in pico of score. */
  readonly pace: number;
}

/** One step against the excess of each limit, in shares of the limit; undefined where nothing is exceeded and nothing weighs. */
function stepped({ tree, limits, selection, now, counted, pace: length }: Round): Multipliers | undefined {
  const caps = capsOf(limits);
  const used = sumOf(selection.map(({ uses }) => uses));
  const excess = used.map((use, at) => share(use, caps[at] ?? Infinity));
  const us = selection.map((item) => item.us);
  const late = limits.latencyUs === null ? 0 : share(latencyOf(tree, us), limits.latencyUs);
  const flow = flowOf(tree, now.us);
  const moves = excess.map((value, at) => (at === counted ? 0 : value > 0 || (now.uses[at] ?? 0) > 0 ? value : 0));
  const lateMove = late > 0 || flow > 0 ? late : 0;
  const norm = moves.reduce((sum, move) => sum + move * move, lateMove * lateMove);
  if (norm === 0) return undefined;
  const pace = length / Math.sqrt(norm);
  const use = (at: 0 | 1 | 2 | 3): number => moved(now.uses[at], caps[at], (moves[at] ?? 0) * pace);
  return { uses: [use(0), use(1), use(2), use(3)], us: movedFlow(tree, now.us, us, (lateMove * pace) / (limits.latencyUs ?? 1)) };
}

function moved(now: number, cap: number, by: number): number {
  return Number.isFinite(cap) ? Math.max(0, now + by / Math.max(1, cap)) : 0;
}

/** More weight goes onto the slowest way; less is taken off all ways alike. */
function movedFlow(tree: PlanTree, now: readonly number[], us: readonly number[], by: number): readonly number[] {
  const flow = flowOf(tree, now);
  if (by <= 0) return flow === 0 ? now : now.map((each) => each * Math.max(0, (flow + by) / flow));
  const next = [...now];
  const onWay = (part: PlanTree): void => {
    if (typeof part === "number") next[part] = (next[part] ?? 0) + by;
    else if ("seq" in part) part.seq.forEach(onWay);
    else onWay(part.par.reduce((slow, each) => (latencyOf(each, us) > latencyOf(slow, us) ? each : slow)));
  };
  onWay(tree);
  return next;
}

function share(use: number, cap: number): number {
  return Number.isFinite(cap) ? (use - cap) / Math.max(1, cap) : 0;
}

function spread(steps: readonly (readonly Item[])[]): number {
  return steps.reduce((sum, items) => {
    const scores = items.map(({ score }) => score);
    return sum + Math.max(...scores) - Math.min(...scores);
  }, 1);
}

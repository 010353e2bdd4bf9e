import { CaioError } from "@caio/core";
import type { PlanLimits, PlanTree } from "@caio/traceability";

import { brokenLimits, type BrokenLimit } from "./broken-limits.ts";
import { findMultipliers } from "./find-multipliers.ts";
import { BestPlan, type FoundPlan } from "./found-plan.ts";
import { PlanBound, type Counted } from "./plan-bound.ts";
import { noMultipliers, type Multipliers } from "./multipliers.ts";
import { itemsOf, reduced, type Item, type PlanProblem } from "./plan-problem.ts";
import { PlanSearch, type SearchSpace } from "./plan-search.ts";
import { multiplierFamily, searchOrder } from "./multiplier-family.ts";

/** The most steps that a plan is chosen for. */
const MAX_STEPS = 32;
/** Sums of scores and bounds stay exact below 2^53. */
const LARGEST_SCORE = 2 ** 51;

/** The pair of one step: places among the step's offers, and among the offer's bounds; null where no latency is asked for. */
export interface PlanPick {
  readonly offer: number;
  readonly bound: number | null;
}

/** How a choice is shown to be first: whoever has these can check it without having searched. */
export interface PlanProof {
  /** Each gives a bound on every plan; the smallest counts. */
  readonly multipliers: readonly Multipliers[];
  readonly counted: Counted;
  /** The steps in the order in which the tree fixes them. */
  readonly order: readonly number[];
  /** In pre-order, a letter for each node; null: it has more than 10⁴. */
  readonly tree: string | null;
}

/**
 * What was chosen. `optimal`: the bound tree shows that no plan within the limits comes before it. `feasible`: it keeps the limits, and no
 * plan scores higher by more than `gap`.
 */
export interface ChosenPlan {
  readonly kind: "chosen";
  readonly claim: "optimal" | "feasible";
  readonly picks: readonly PlanPick[];
  /** Sum, pico. */
  readonly score: number;
  /** 0 if it is optimal. */
  readonly gap: number;
  readonly proof: PlanProof;
}

/** No plan keeps the limits (`impossible`, shown by a limit that is broken by itself, or by the tree), or none was found (`undecided`). */
export interface NoPlan {
  readonly kind: "none";
  readonly claim: "impossible" | "undecided";
  readonly broken: readonly BrokenLimit[];
  /** Null where a limit is broken by itself. */
  readonly proof: PlanProof | null;
}

export type PlanChoice = ChosenPlan | NoPlan;

/**
 * One pair for each step of a plan, so that the sum of the scores is largest within the end to end limits (calculus §7): branch and bound
 * under Lagrangian bounds, exact in integers. Of equals the one comes first whose pair has the smaller tie digest at the first step where
 * they differ. Where 10⁴ nodes do not do, the best that was found, and how much better another can be at most.
 *
 * @throws CaioError `InvalidPlan` for a plan of no step or more than 32, `NumberOutOfRange` where the weights are so large that scores
 *   do not add up exactly.
 */
export function choosePlan(problem: PlanProblem): PlanChoice {
  const { tree, steps, limits } = problem;
  requireExact(problem);
  const broken = brokenLimits(problem);
  if (broken.length > 0) return { kind: "none", claim: "impossible", broken, proof: null };
  const items = reduced(tree, steps.map((step) => itemsOf(step, limits)), limits);
  // Where two limits cannot both be kept, all items of a step may fall: a tree without a node shows it.
  if (items.some((each) => each.length === 0)) return { kind: "none", claim: "impossible", broken, proof: { multipliers: [], counted: null, order: [], tree: "" } };
  return searched(tree, items, limits);
}

function searched(tree: PlanTree, steps: readonly (readonly Item[])[], limits: PlanLimits): PlanChoice {
  const counted = countedOf(limits);
  const best = new BestPlan(tree, limits);
  const weighing = { tree, steps, limits, counted };
  const center = findMultipliers(weighing, (items) => { best.offer(items); }, () => best.score);
  if (best.found === undefined) seek(weighing, best);
  const multipliers = multiplierFamily(tree, center);
  const order = searchOrder(steps, center);
  const [first, ...others] = multipliers.map((each) => new PlanBound(tree, steps, limits, { multipliers: each, counted, order }));
  const space: SearchSpace = { tree, steps, limits, order, bounds: [first ?? new PlanBound(tree, steps, limits, { multipliers: noMultipliers(steps.length), counted, order }), ...others] };
  const known = best.found;
  const search = new PlanSearch(space, known).run();
  const proof = { multipliers, counted, order };
  if (search.best === undefined) return { kind: "none", claim: search.tree === undefined ? "undecided" : "impossible", broken: [], proof: { ...proof, tree: search.tree ?? null } };
  // A tree that was looked through while the best changed is larger than one against the best from the start.
  const text = search.best === known ? search.tree : new PlanSearch(space, search.best).run().tree;
  return chosen(space, search.best, { ...proof, tree: text ?? null });
}

function chosen({ bounds }: SearchSpace, { items, score }: FoundPlan, proof: PlanProof): ChosenPlan {
  const picks = items.map(({ offer, bound }) => ({ offer, bound: bound === -1 ? null : bound }));
  const gap = proof.tree === null ? Math.min(...bounds.map(({ root }) => root)) - score : 0;
  return { kind: "chosen", claim: proof.tree === null ? "feasible" : "optimal", picks, score, gap, proof };
}

/** Where no plan turned up that keeps the limits: with all scores alike, the multipliers move towards one. */
function seek({ tree, steps, limits, counted }: Parameters<typeof findMultipliers>[0], best: BestPlan): void {
  const alike = steps.map((items) => items.map((item) => ({ ...item, score: 0 })));
  const own = (items: readonly Item[]): readonly Item[] =>
    items.flatMap(({ offer, bound }, step) => steps[step]?.filter((item) => item.offer === offer && item.bound === bound) ?? []);
  findMultipliers({ tree, steps: alike, limits, counted }, (items) => { best.offer(own(items)); }, () => (best.found === undefined ? -Infinity : 0));
}

/** Tails come in few sizes, so that counting them gains much; rounding what comes in many would lose more than it gains. */
function countedOf({ latencyUs }: PlanLimits): Counted {
  return latencyUs === null ? null : 1;
}

function requireExact({ steps }: PlanProblem): void {
  if (steps.length === 0 || steps.length > MAX_STEPS) {
    throw new CaioError("InvalidPlan", `Found a plan of ${String(steps.length)} steps, expected 1 to ${String(MAX_STEPS)}.`, { details: { found: steps.length, expected: MAX_STEPS } });
  }
  const largest = steps.reduce((sum, { offers }) => sum + offers.reduce((most, { score }) => Math.max(most, Math.abs(score)), 0), 0);
  if (largest > LARGEST_SCORE) {
    throw new CaioError("NumberOutOfRange", "Scores of the steps add up to more than 2^51: use smaller weights in the policy, or fewer steps in the plan.");
  }
}

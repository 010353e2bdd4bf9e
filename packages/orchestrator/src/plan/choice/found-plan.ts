import type { PlanLimits, PlanTree } from "@caio/traceability";

import { capsOf, latencyOf, sumOf, type Item } from "./plan-problem.ts";

/** A plan that keeps the limits: an item for each step. */
export interface FoundPlan {
  readonly items: readonly Item[];
  /** Sum, pico. */
  readonly score: number;
}

/** Whether one plan comes before another: a larger score, or the smaller tie at the first step where they differ. */
export function precedes(a: FoundPlan, b: FoundPlan): boolean {
  if (a.score !== b.score) return a.score > b.score;
  const at = a.items.findIndex(({ rank }, step) => rank !== b.items[step]?.rank);
  return at !== -1 && (a.items[at]?.rank ?? 0) < (b.items[at]?.rank ?? 0);
}

/** Remembers the first of the plans that it is offered. */
export class BestPlan {
  readonly #tree: PlanTree;
  readonly #limits: PlanLimits;
  #best: FoundPlan | undefined;

  constructor(tree: PlanTree, limits: PlanLimits) {
    this.#tree = tree;
    this.#limits = limits;
  }

  get found(): FoundPlan | undefined {
    return this.#best;
  }

  /** -Infinity: none. */
  get score(): number {
    return this.#best?.score ?? -Infinity;
  }

  /** An item for each step; what breaks a limit is not kept. */
  offer(items: readonly Item[]): void {
    const plan = { items, score: items.reduce((sum, { score }) => sum + score, 0) };
    if (this.#best !== undefined && !precedes(plan, this.#best)) return;
    if (keeps(this.#tree, items, this.#limits)) this.#best = plan;
  }
}

function keeps(tree: PlanTree, items: readonly Item[], limits: PlanLimits): boolean {
  const used = sumOf(items.map(({ uses }) => uses));
  if (capsOf(limits).some((cap, at) => (used[at] ?? 0) > cap)) return false;
  return limits.latencyUs === null || latencyOf(tree, items.map(({ us }) => us)) <= limits.latencyUs;
}

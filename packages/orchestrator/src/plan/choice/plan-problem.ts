import type { Digest } from "@caio/core";
import type { AdditiveLimit, PlanLimits, PlanOffer, PlanTree } from "@caio/traceability";

/** A step: its admissible pairs, and the digest by which each breaks a tie. */
export interface PlanStep {
  readonly offers: readonly PlanOffer[];
  /** One per offer (calculus §6). */
  readonly ties: readonly Digest[];
}

/** Which pair for each step, so that the sum of the scores is largest within the limits (calculus §7). */
export interface PlanProblem {
  readonly tree: PlanTree;
  readonly steps: readonly PlanStep[];
  readonly limits: PlanLimits;
}

/** What adds up over the steps: cost, tail of the latency, and what is missing to full availability and accuracy. */
export const additive = ["budget", "coverage", "availability", "accuracy"] as const satisfies readonly AdditiveLimit[];
export type LimitName = AdditiveLimit | "latency";
export type Uses = readonly [cost: number, tail: number, unavailable: number, inaccurate: number];

/** A pair with one of its bounds: what the search chooses among. */
export interface Item {
  /** Place among the step's offers. */
  readonly offer: number;
  /** Place among the offer's bounds; -1 where no latency is asked for. */
  readonly bound: number;
  readonly score: number;
  readonly uses: Uses;
  readonly us: number;
  /** Place of the pair in the order of the step's ties. */
  readonly rank: number;
}

const ONE = 1_000_000;

/** The most that each additive limit allows; Infinity: not asked for. */
export function capsOf({ budgetMicros, latencyUs, coveragePpm, availabilityMicros, accuracyMicros }: PlanLimits): Uses {
  return [
    budgetMicros ?? Infinity,
    latencyUs === null ? Infinity : ONE - coveragePpm,
    availabilityMicros === null ? Infinity : ONE - availabilityMicros,
    accuracyMicros === null ? Infinity : ONE - accuracyMicros,
  ];
}

/** The items of a step, in (offer, bound) order. A pair that is silent where a limit asks has none. */
export function itemsOf({ offers, ties }: PlanStep, limits: PlanLimits): readonly Item[] {
  const order = [...ties].sort();
  return offers.flatMap(({ score, costMicros, bounds, availabilityMicros, accuracyMicros }, offer): Item[] => {
    const rank = order.indexOf(ties[offer] ?? "");
    if (limits.budgetMicros !== null && costMicros === null) return [];
    const cost = limits.budgetMicros === null ? 0 : (costMicros ?? 0);
    const unavailable = limits.availabilityMicros === null ? 0 : ONE - availabilityMicros;
    const inaccurate = limits.accuracyMicros === null ? 0 : ONE - accuracyMicros;
    if (limits.latencyUs === null) return [{ offer, bound: -1, score, uses: [cost, 0, unavailable, inaccurate], us: 0, rank }];
    return bounds.map(({ boundUs, coveragePpm }, bound) => ({ offer, bound, score, uses: [cost, ONE - coveragePpm, unavailable, inaccurate], us: boundUs, rank }));
  });
}

/** Latency of the tree: seq adds, par is its slowest branch (calculus §7). */
export function latencyOf(tree: PlanTree, us: readonly number[]): number {
  if (typeof tree === "number") return us[tree] ?? 0;
  if ("seq" in tree) return tree.seq.reduce((sum: number, part) => sum + latencyOf(part, us), 0);
  return tree.par.reduce((most: number, part) => Math.max(most, latencyOf(part, us)), 0);
}

/** The least of each step; Infinity for a step without an item. */
export interface Least {
  readonly uses: readonly Uses[];
  readonly us: readonly number[];
}

export function leastOf(steps: readonly (readonly Item[])[]): Least {
  const uses = steps.map((items): Uses => [leastUse(items, 0), leastUse(items, 1), leastUse(items, 2), leastUse(items, 3)]);
  return { uses, us: steps.map((items) => items.reduce((least, { us }) => Math.min(least, us), Infinity)) };
}

/** A sum past 2^53 may be rounded, but never to what a limit allows: rounding keeps order. */
export function sumOf(uses: readonly Uses[]): Uses {
  const sum: [number, number, number, number] = [0, 0, 0, 0];
  for (const [cost, tail, unavailable, inaccurate] of uses) {
    sum[0] += cost;
    sum[1] += tail;
    sum[2] += unavailable;
    sum[3] += inaccurate;
  }
  return sum;
}

function leastUse(items: readonly Item[], at: 0 | 1 | 2 | 3): number {
  return items.reduce((least, { uses }) => Math.min(least, uses[at]), Infinity);
}

/**
 * The items that can stand in a plan at all, and that no other of their step stands for: first those fall that break a limit beside the
 * least of every other step, then those that are dominated.
 */
export function reduced(tree: PlanTree, steps: readonly (readonly Item[])[], limits: PlanLimits): readonly (readonly Item[])[] {
  const caps = capsOf(limits);
  const least = leastOf(steps);
  const us = [...least.us];
  return steps.map((items, step) => {
    const others = sumOf(least.uses.filter((_, other) => other !== step));
    const possible = items.filter((item) => {
      if (item.uses.some((use, at) => (others[at] ?? 0) + use > (caps[at] ?? 0))) return false;
      if (limits.latencyUs === null) return true;
      us[step] = item.us;
      const fits = latencyOf(tree, us) <= limits.latencyUs;
      us[step] = least.us[step] ?? 0;
      return fits;
    });
    return undominated(possible);
  });
}

/** In their own order. What dominates an item comes before it by score, rank, latency and tail, so each is held against those kept. */
function undominated(items: readonly Item[]): readonly Item[] {
  const kept = new Set<Item>();
  const ordered = [...items].sort((a, b) => b.score - a.score || a.rank - b.rank || a.us - b.us || a.uses[1] - b.uses[1] || a.bound - b.bound);
  for (const item of ordered) {
    let stands = true;
    for (const other of kept) {
      if (!dominates(other, item)) continue;
      stands = false;
      break;
    }
    if (stands) kept.add(item);
  }
  return items.filter((item) => kept.has(item));
}

/** Whether one item does in every plan at least as well as another of its step, and comes before it in the order. */
function dominates(a: Item, b: Item): boolean {
  if (a.score < b.score || a.us > b.us || a.uses[0] > b.uses[0] || a.uses[1] > b.uses[1] || a.uses[2] > b.uses[2] || a.uses[3] > b.uses[3]) return false;
  if (a.score > b.score || a.rank < b.rank) return true;
  // The same pair by another bound: what is no better is not needed, and of equals the first stays.
  return a.offer === b.offer && (a.us < b.us || a.uses[1] < b.uses[1] || a.bound < b.bound);
}

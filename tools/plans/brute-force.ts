import type { PlanProblem } from "@caio/orchestrator";
import type { PlanLimits, PlanOffer, PlanTree } from "@caio/traceability";

const ONE = 1_000_000;

/** The best plan by looking at all: places of its offers, and the sum of their scores. */
export interface Exhausted {
  readonly offers: readonly number[];
  readonly score: number;
}

/**
 * Every choice of a pair for each step, in no clever order: which keeps the limits by some choice of promised bounds, and comes before all
 * others. Undefined if none keeps them. An oracle: it shares nothing with the search.
 */
export function bestByBruteForce({ tree, steps, limits }: PlanProblem): Exhausted | undefined {
  let best: Exhausted | undefined;
  const ties = (offers: readonly number[]): string => offers.map((offer, step) => steps[step]?.ties[offer] ?? "").join();
  for (const offers of combinations(steps.map(({ offers: all }) => all.length))) {
    const pairs = offers.flatMap((offer, step) => steps[step]?.offers[offer] ?? []);
    const score = pairs.reduce((sum, pair) => sum + pair.score, 0);
    const before = best === undefined || score > best.score || (score === best.score && ties(offers) < ties(best.offers));
    if (before && keeps(tree, pairs, limits)) best = { offers, score };
  }
  return best;
}

function keeps(tree: PlanTree, pairs: readonly PlanOffer[], limits: PlanLimits): boolean {
  const { budgetMicros, latencyUs, coveragePpm, availabilityMicros, accuracyMicros } = limits;
  if (budgetMicros !== null && pairs.reduce((sum, { costMicros }) => sum + (costMicros ?? Infinity), 0) > budgetMicros) return false;
  if (availabilityMicros !== null && composed(pairs.map((pair) => pair.availabilityMicros)) < availabilityMicros) return false;
  if (accuracyMicros !== null && composed(pairs.map((pair) => pair.accuracyMicros)) < accuracyMicros) return false;
  if (latencyUs === null) return true;
  return combinations(pairs.map(({ bounds }) => bounds.length)).some((places) => {
    const bounds = places.flatMap((place, step) => pairs[step]?.bounds[place] ?? []);
    const coverage = composed(bounds.map((bound) => bound.coveragePpm));
    return coverage >= coveragePpm && slowest(tree, bounds.map(({ boundUs }) => boundUs)) <= latencyUs;
  });
}

/** Fréchet: what is missing adds up. */
function composed(shares: readonly number[]): number {
  return shares.reduce((left, share) => left - (ONE - share), ONE);
}

function slowest(tree: PlanTree, us: readonly number[]): number {
  if (typeof tree === "number") return us[tree] ?? 0;
  if ("seq" in tree) return tree.seq.reduce((sum: number, part) => sum + slowest(part, us), 0);
  return Math.max(...tree.par.map((part) => slowest(part, us)));
}

function combinations(sizes: readonly number[]): readonly (readonly number[])[] {
  return sizes.reduce<readonly (readonly number[])[]>((lists, size) => lists.flatMap((list) => Array.from({ length: size }, (_, place) => [...list, place])), [[]]);
}

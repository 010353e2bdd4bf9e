import type { Offer, PlanLimits, PlanTree } from "./plan-shape.ts";

const ONE = 1_000_000;

/** A pair with one of its bounds: what it takes of budget, coverage, availability, accuracy, and of the latency (calculus §7). */
export interface Item {
  readonly offer: number;
  readonly bound: number;
  readonly score: number;
  readonly uses: readonly number[];
  readonly us: number;
  /** Place of the pair among the step's pairs by their tie digests. */
  readonly rank: number;
}

/** What each limit that adds up allows; Infinity: it is not asked for. */
export function capsOf(limits: PlanLimits): readonly number[] {
  const share = (asked: number | null): number => (asked === null ? Infinity : ONE - asked);
  return [limits.budgetMicros ?? Infinity, limits.latencyUs === null ? Infinity : ONE - limits.coveragePpm, share(limits.availabilityMicros), share(limits.accuracyMicros)];
}

/** seq adds, par is its slowest part. */
export function latencyOf(tree: PlanTree, us: readonly number[]): number {
  if (typeof tree === "number") return us[tree] ?? 0;
  const parts = ("seq" in tree ? tree.seq : tree.par).map((part) => latencyOf(part, us));
  return "seq" in tree ? parts.reduce((sum, part) => sum + part, 0) : Math.max(...parts);
}

/** The steps in the order in which they stand. */
export function placesOf(tree: PlanTree): readonly number[] {
  return typeof tree === "number" ? [tree] : ("seq" in tree ? tree.seq : tree.par).flatMap(placesOf);
}

/** The items of one step in (offer, bound) order; a pair that is silent where a limit asks has none. */
export function itemsOf(offers: readonly Offer[], ties: readonly string[], limits: PlanLimits): readonly Item[] {
  const caps = capsOf(limits);
  const ranks = new Map([...ties].sort().map((tie, rank) => [tie, rank]));
  const asked = (at: number, use: number): number => (caps[at] === Infinity ? 0 : use);
  return offers.flatMap(({ score, costMicros, bounds, availabilityMicros, accuracyMicros }, offer): Item[] => {
    if (limits.budgetMicros !== null && costMicros === null) return [];
    const rank = ranks.get(ties[offer] ?? "") ?? 0;
    const uses = (tail: number): number[] => [asked(0, costMicros ?? 0), tail, asked(2, ONE - availabilityMicros), asked(3, ONE - accuracyMicros)];
    if (limits.latencyUs === null) return [{ offer, bound: -1, score, uses: uses(0), us: 0, rank }];
    return bounds.map(({ boundUs, coveragePpm }, bound) => ({ offer, bound, score, uses: uses(ONE - coveragePpm), us: boundUs, rank }));
  });
}

/** Sums per limit. Past 2^53 they may be rounded, never to what a limit allows. */
export function sumOf(uses: readonly (readonly number[])[]): readonly number[] {
  return [0, 1, 2, 3].map((at) => uses.reduce((sum, use) => sum + (use[at] ?? 0), 0));
}

export interface Least {
  readonly uses: readonly (readonly number[])[];
  readonly us: readonly number[];
}

/** The least of each step. */
export function leastOf(steps: readonly (readonly Item[])[]): Least {
  const least = (items: readonly Item[], read: (item: Item) => number): number => items.reduce((smallest, item) => Math.min(smallest, read(item)), Infinity);
  return {
    uses: steps.map((items) => [0, 1, 2, 3].map((at) => least(items, ({ uses }) => uses[at] ?? 0))),
    us: steps.map((items) => least(items, ({ us }) => us)),
  };
}

/** What a checker may do with so many items in all. */
export interface Work {
  left: number;
}

export function spend(work: Work, cost: number): void {
  work.left -= cost;
  if (work.left < 0) throw new RangeError("the plan asks for more work than a verification may take");
}

/** The items that can stand beside the least of every other step, without those that another of their step stands for. */
export function reduced(tree: PlanTree, steps: readonly (readonly Item[])[], limits: PlanLimits, work: Work): readonly (readonly Item[])[] {
  const caps = capsOf(limits);
  const least = leastOf(steps);
  return steps.map((items, step) => {
    const others = sumOf(least.uses.filter((_, other) => other !== step));
    const fits = (item: Item): boolean => {
      spend(work, 8 + steps.length);
      if (item.uses.some((use, at) => use + (others[at] ?? 0) > (caps[at] ?? 0))) return false;
      return limits.latencyUs === null || latencyOf(tree, least.us.map((us, at) => (at === step ? item.us : us))) <= limits.latencyUs;
    };
    return undominated(items.filter(fits), work);
  });
}

/** What stands for another comes before it by score, tie, latency and tail, so that each is held against those kept. */
function undominated(items: readonly Item[], work: Work): readonly Item[] {
  const kept: Item[] = [];
  const tail = ({ uses }: Item): number => uses[1] ?? 0;
  for (const item of [...items].sort((a, b) => b.score - a.score || a.rank - b.rank || a.us - b.us || tail(a) - tail(b) || a.bound - b.bound)) {
    spend(work, kept.length);
    if (!kept.some((other) => standsFor(other, item))) kept.push(item);
  }
  const stand = new Set(kept);
  return items.filter((item) => stand.has(item));
}

/** `a` comes before `b`, and takes no more of anything. */
function standsFor(a: Item, b: Item): boolean {
  if (a.us > b.us || a.uses.some((use, at) => use > (b.uses[at] ?? 0))) return false;
  return a.score > b.score || (a.score === b.score && (a.rank < b.rank || a.offer === b.offer));
}

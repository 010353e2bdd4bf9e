import type { PlanLimits, PlanTree } from "@caio/traceability";

import { precedes, type FoundPlan } from "./found-plan.ts";
import type { PlanBound } from "./plan-bound.ts";
import { additive, capsOf, latencyOf, leastOf, type Item, type Uses } from "./plan-problem.ts";

/** Why a node of a bound tree is a leaf: the limit that no plan below it keeps, in the order of `additive`, then the latency. */
const BROKEN = "ctaq";
const LATE = "l";
/** Nothing below it comes before the best. */
const BOUNDED = "!";
/** This and all its siblings after it are bounded below the best. */
const REST_BOUNDED = ".";
/** A whole plan within the limits, which does not come before the best. */
const WHOLE = "=";
/** The next step is fixed: its children follow. */
const BRANCH = "+";

/** How many nodes a bound tree may have. */
const MAX_NODES = 10_000;

/** What a search ends with: the best it found, and the tree that shows that nothing comes before it, if it fits. */
export interface SearchResult {
  readonly best: FoundPlan | undefined;
  /** Undefined if it would have more than `MAX_NODES` nodes. */
  readonly tree: string | undefined;
}

/** What a search looks through: reduced items, and the bound over them. */
export interface SearchSpace {
  readonly tree: PlanTree;
  readonly steps: readonly (readonly Item[])[];
  readonly limits: PlanLimits;
  readonly order: readonly number[];
  readonly bounds: readonly [PlanBound, ...PlanBound[]];
}

/** Thrown inside a search where its tree gets too large. */
class TooLarge extends Error {}

/** A node: how many steps are fixed, with what is left of units, and their profits. */
interface Node {
  readonly place: number;
  readonly units: number;
  /** Under each bound. */
  readonly profits: readonly number[];
}

/** Depth first, the steps in one order, children by falling bound: branch and bound against the best that is known. */
export class PlanSearch {
  readonly #space: SearchSpace;
  readonly #caps: Uses;
  readonly #leastUses: readonly Uses[];
  readonly #leastUs: readonly number[];
  readonly #leastRanks: readonly number[];
  readonly #chosen: (Item | undefined)[];
  readonly #us: number[];
  #best: FoundPlan | undefined;
  #text: string[] = [];

  constructor(space: SearchSpace, known: FoundPlan | undefined) {
    const { steps, limits } = space;
    this.#space = space;
    this.#best = known;
    this.#caps = capsOf(limits);
    const least = leastOf(steps);
    this.#leastUses = least.uses;
    this.#leastUs = least.us;
    this.#leastRanks = steps.map((items) => items.reduce((smallest, { rank }) => Math.min(smallest, rank), Infinity));
    this.#chosen = steps.map(() => undefined);
    this.#us = [...least.us];
  }

  /** Looks through everything that may come before the best known, which changes as better ones are found. */
  run(): SearchResult {
    const { bounds } = this.#space;
    this.#text = [];
    try {
      this.#node({ place: 0, units: bounds[0].units, profits: bounds.map(({ allowed }) => allowed) });
      return { best: this.#best, tree: this.#text.join("") };
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      return { best: this.#best, tree: undefined };
    }
  }

  #write(letter: string): void {
    if (this.#text.length >= MAX_NODES) throw new TooLarge();
    this.#text.push(letter);
  }

  #node(node: Node): void {
    const { place, units, profits } = node;
    const broken = this.#broken();
    if (broken !== undefined) this.#write(broken);
    else if (this.#isBounded(this.#most(place, units, profits))) this.#write(BOUNDED);
    else if (place === this.#space.order.length) {
      this.#take();
      this.#write(WHOLE);
    } else {
      this.#write(BRANCH);
      this.#children(node);
    }
  }

  #most(place: number, units: number, profits: readonly number[]): number {
    let most = Infinity;
    for (const [at, bound] of this.#space.bounds.entries()) most = Math.min(most, (profits[at] ?? 0) + bound.rest(place, units));
    return most;
  }

  #children({ place, units, profits }: Node): void {
    const { bounds, order } = this.#space;
    const step = order[place] ?? 0;
    const items = bounds[0].items[place] ?? [];
    const children: { readonly item: Item; readonly node: Node; readonly most: number }[] = [];
    for (const [index, { item, units: used }] of items.entries()) {
      const own: number[] = [];
      const most = this.#mostOfChild(place, index, { left: units - used, profits, own });
      if (most >= this.#least()) children.push({ item, node: { place: place + 1, units: units - used, profits: own }, most });
    }
    // Sorting is stable: equals stay in (offer, bound) order.
    children.sort((a, b) => (a.most === b.most ? 0 : b.most - a.most));
    let visited = 0;
    for (const { item, node, most } of children) {
      if (most < this.#least()) break;
      visited += 1;
      this.#set(step, item);
      this.#node(node);
      this.#set(step, undefined);
    }
    if (visited < items.length) this.#write(REST_BOUNDED);
  }

  /** The bound of a child; below the best as soon as one bound is. `own` becomes its profits. */
  #mostOfChild(place: number, index: number, { left, profits, own }: { readonly left: number; readonly profits: readonly number[]; readonly own: number[] }): number {
    const least = this.#least();
    let most = Infinity;
    for (const [at, bound] of this.#space.bounds.entries()) {
      const profit = (profits[at] ?? 0) + (bound.items[place]?.[index]?.profit ?? 0);
      own.push(profit);
      most = Math.min(most, profit + bound.rest(place + 1, left));
      if (most < least) break;
    }
    return most;
  }

  /** Of what it takes to come into question. */
  #least(): number {
    return this.#best?.score ?? -Infinity;
  }

  #set(step: number, item: Item | undefined): void {
    this.#chosen[step] = item;
    this.#us[step] = item?.us ?? this.#leastUs[step] ?? 0;
  }

  #isBounded(most: number): boolean {
    const best = this.#best;
    return best !== undefined && (most < best.score || (most === best.score && !this.#mayPrecede(best)));
  }

  /** Whether a plan below this node, were its score the same, could come before the best. */
  #mayPrecede({ items }: FoundPlan): boolean {
    for (const [step, item] of this.#chosen.entries()) {
      const own = item?.rank ?? this.#leastRanks[step] ?? 0;
      const other = items[step]?.rank ?? 0;
      if (own !== other) return own < other;
    }
    return false;
  }

  /** The letter of the first limit that nothing below this node keeps. */
  #broken(): string | undefined {
    for (let at = 0; at < additive.length; at++) {
      const cap = this.#caps[at] ?? Infinity;
      if (cap === Infinity) continue;
      let sum = 0;
      for (let step = 0; step < this.#chosen.length; step++) sum += (this.#chosen[step]?.uses ?? this.#leastUses[step])?.[at] ?? 0;
      if (sum > cap) return BROKEN[at];
    }
    const { tree, limits } = this.#space;
    return limits.latencyUs !== null && latencyOf(tree, this.#us) > limits.latencyUs ? LATE : undefined;
  }

  /** Every step is chosen, and no limit broken. */
  #take(): void {
    const items = this.#chosen.filter((item) => item !== undefined);
    const plan = { items, score: items.reduce((sum, { score }) => sum + score, 0) };
    if (this.#best === undefined || precedes(plan, this.#best)) this.#best = plan;
  }
}

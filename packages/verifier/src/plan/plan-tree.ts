import { capsOf, latencyOf, leastOf, spend, type Item, type Work } from "./plan-items.ts";
import type { PlanLimits, PlanProof, PlanTree } from "./plan-shape.ts";

/** Sums of integers below are exact as numbers. */
const EXACT = 2 ** 53 - 1;
const GRID = 50;
const LIMITS = ["budget", "coverage", "availability", "accuracy"];
const BROKEN = "ctaq";

/** What is shown to be first: an item for each step, and the sum of their scores; undefined: that there is nothing. */
export interface Claimed {
  readonly items: readonly Item[];
  readonly score: number;
}

/** What a bound tree is about: items as they are reduced. */
export interface Ground {
  readonly tree: PlanTree;
  readonly steps: readonly (readonly Item[])[];
  readonly limits: PlanLimits;
}

interface Bound {
  readonly allowed: number;
  /** Per place in the order, per item. */
  readonly profits: readonly (readonly number[])[];
  /** Per place, by units left. */
  readonly tables: readonly (readonly number[])[];
}

/** The bounds of a proof, and how they are counted. */
export interface Bounds {
  readonly bounds: readonly Bound[];
  /** Per place in the order, per item. */
  readonly units: readonly (readonly number[])[];
  readonly full: number;
  readonly order: readonly number[];
}

/** The flow of the latency's multipliers through the tree. @throws RangeError if it does not flow */
function flowOf(tree: PlanTree, us: readonly number[]): number {
  if (typeof tree === "number") return us[tree] ?? 0;
  const flows = ("seq" in tree ? tree.seq : tree.par).map((part) => flowOf(part, us));
  if ("par" in tree) return flows.reduce((sum, flow) => sum + flow, 0);
  if (flows.some((flow) => flow !== flows[0])) throw new RangeError("the multipliers of the latency do not flow through the tree");
  return flows[0] ?? 0;
}

/** @throws RangeError for multipliers or an order that no bound follows from */
export function boundsOf({ tree, steps, limits }: Ground, { multipliers, counted, order }: PlanProof, work: Work): Bounds {
  // A place that is no step would have no item, and every bound above it would be below everything.
  if (order.length !== steps.length || steps.some((_items, step) => !order.includes(step))) throw new RangeError("the order of the search is not that of the steps");
  const caps = capsOf(limits);
  const at = counted === null ? -1 : LIMITS.indexOf(counted);
  const cap = at === -1 ? 0 : (caps[at] ?? 0);
  if (!Number.isFinite(cap)) throw new RangeError("what is counted is not asked for");
  const unit = Math.max(1, Math.floor(cap / GRID));
  const full = Math.floor(cap / unit);
  const units = order.map((step) => (steps[step] ?? []).map(({ uses }) => Math.floor((uses[at] ?? 0) / unit)));
  const bounds = multipliers.map(({ uses, us }): Bound => {
    if (us.length !== steps.length) throw new RangeError("there is not a multiplier of the latency for each step");
    const allowed = worthOf(uses, caps) + worth(flowOf(tree, us), limits.latencyUs ?? Infinity);
    requireExact(allowed, steps);
    const profits = order.map((step) => (steps[step] ?? []).map((item) => item.score - worthOf(uses, item.uses) - (us[step] ?? 0) * item.us));
    return { allowed, profits, tables: tablesOf(profits, units, full, work) };
  });
  return { bounds, units, full, order };
}

function worthOf(multipliers: readonly number[], amounts: readonly number[]): number {
  return multipliers.reduce((sum, multiplier, at) => sum + worth(multiplier, amounts[at] ?? 0), 0);
}

function worth(multiplier: number, amount: number): number {
  return multiplier === 0 ? 0 : multiplier * amount;
}

/** What items take is within the limits, so that nothing is worth more than `allowed`. */
function requireExact(allowed: number, steps: Ground["steps"]): void {
  const scores = steps.reduce((sum, items) => sum + items.reduce((most, { score }) => Math.max(most, Math.abs(score)), 0), 0);
  if (!(scores + (steps.length + 1) * allowed <= EXACT)) throw new RangeError("the multipliers are too large, or weigh what is not asked for");
}

/** Per place, the most that the steps from there on can add with so many units left. */
function tablesOf(profits: readonly (readonly number[])[], units: Bounds["units"], full: number, work: Work): readonly (readonly number[])[] {
  const tables: number[][] = [new Array<number>(full + 1).fill(0)];
  for (let place = profits.length - 1; place >= 0; place--) {
    const next = tables[0] ?? [];
    const table = new Array<number>(full + 1).fill(-Infinity);
    for (const [item, profit] of (profits[place] ?? []).entries()) {
      spend(work, full + 1);
      const used = units[place]?.[item] ?? 0;
      for (let left = used; left <= full; left++) table[left] = Math.max(table[left] ?? -Infinity, profit + (next[left - used] ?? -Infinity));
    }
    tables.unshift(table);
  }
  return tables;
}

/** No plan within the limits has a larger score. */
export function rootBound({ bounds, full }: Bounds): number {
  return Math.min(...bounds.map(({ allowed, tables }) => allowed + (tables[0]?.[full] ?? -Infinity)));
}

/** A node: how many steps are fixed, the units left, and the profits under each bound. */
interface Node {
  readonly place: number;
  readonly left: number;
  readonly profits: readonly number[];
}

/** Goes through a bound tree: each leaf must be what its letter says. */
export class TreeWalk {
  readonly #ground: Ground;
  readonly #bounds: Bounds;
  readonly #claimed: Claimed | undefined;
  readonly #text: string;
  readonly #work: Work;
  readonly #caps: readonly number[];
  readonly #leastRanks: readonly number[];
  readonly #uses: (readonly number[])[];
  readonly #us: number[];
  readonly #fixed: (Item | undefined)[];
  #at = 0;

  constructor(ground: Ground, bounds: Bounds, text: string, claimed: Claimed | undefined, work: Work) {
    this.#ground = ground;
    this.#bounds = bounds;
    this.#claimed = claimed;
    this.#text = text;
    this.#work = work;
    this.#caps = capsOf(ground.limits);
    const least = leastOf(ground.steps);
    this.#uses = [...least.uses];
    this.#us = [...least.us];
    this.#leastRanks = ground.steps.map((items) => items.reduce((smallest, { rank }) => Math.min(smallest, rank), Infinity));
    this.#fixed = ground.steps.map(() => undefined);
  }

  /** @throws RangeError that says which node does not hold */
  check(): void {
    this.#node({ place: 0, left: this.#bounds.full, profits: this.#bounds.bounds.map(({ allowed }) => allowed) });
    if (this.#at !== this.#text.length) throw new RangeError("the bound tree goes on after its end");
  }

  #node(node: Node): void {
    spend(this.#work, 8 * this.#fixed.length);
    const letter = this.#text[this.#at];
    this.#at += 1;
    if (letter === "+") this.#children(node);
    else if (!this.#holds(letter ?? "", node)) throw new RangeError(`node ${String(this.#at - 1)} of the bound tree is not what ${JSON.stringify(letter ?? "its end")} says`);
  }

  #holds(letter: string, node: Node): boolean {
    if (letter === "!") return this.#isBounded(this.#most(node));
    if (letter === "=") return node.place === this.#fixed.length && this.#wholeIsNotBefore();
    if (letter === "l") return this.#ground.limits.latencyUs !== null && latencyOf(this.#ground.tree, this.#us) > this.#ground.limits.latencyUs;
    const limit = letter === "" ? -1 : BROKEN.indexOf(letter);
    if (limit === -1) return false;
    return this.#uses.reduce((sum, uses) => sum + (uses[limit] ?? 0), 0) > (this.#caps[limit] ?? 0);
  }

  /** By falling bound, equals in (offer, bound) order. */
  #children({ place, left, profits }: Node): void {
    const step = this.#bounds.order[place];
    if (step === undefined) throw new RangeError("the bound tree fixes more steps than there are");
    const items = this.#ground.steps[step] ?? [];
    spend(this.#work, items.length * (1 + profits.length));
    const children = items.map((item, index) => {
      const node = {
        place: place + 1,
        left: left - (this.#bounds.units[place]?.[index] ?? 0),
        profits: profits.map((profit, at) => profit + (this.#bounds.bounds[at]?.profits[place]?.[index] ?? 0)),
      };
      return { item, node, most: this.#most(node) };
    });
    children.sort((a, b) => (a.most === b.most ? 0 : b.most - a.most));
    const [uses, us] = [this.#uses[step] ?? [], this.#us[step] ?? 0];
    for (const { item, node, most } of children) {
      if (this.#text[this.#at] === ".") {
        // Those after it have no larger bound.
        if (this.#claimed === undefined || most >= this.#claimed.score) throw new RangeError(`node ${String(this.#at)} of the bound tree is not bounded`);
        this.#at += 1;
        break;
      }
      [this.#fixed[step], this.#uses[step], this.#us[step]] = [item, item.uses, item.us];
      this.#node(node);
    }
    [this.#fixed[step], this.#uses[step], this.#us[step]] = [undefined, uses, us];
  }

  #most({ place, left, profits }: Node): number {
    let most = Infinity;
    for (const [at, { tables }] of this.#bounds.bounds.entries()) most = Math.min(most, (profits[at] ?? 0) + (left < 0 ? -Infinity : (tables[place]?.[left] ?? -Infinity)));
    return most;
  }

  #isBounded(most: number): boolean {
    const claimed = this.#claimed;
    return claimed !== undefined && (most < claimed.score || (most === claimed.score && !this.#mayComeBefore(claimed)));
  }

  /** With the smallest ties of the steps that are open. */
  #mayComeBefore({ items }: Claimed): boolean {
    for (const [step, item] of this.#fixed.entries()) {
      const [own, other] = [item?.rank ?? this.#leastRanks[step] ?? 0, items[step]?.rank ?? 0];
      if (own !== other) return own < other;
    }
    return false;
  }

  #wholeIsNotBefore(): boolean {
    const claimed = this.#claimed;
    if (claimed === undefined) return false;
    const score = this.#fixed.reduce((sum, item) => sum + (item?.score ?? 0), 0);
    return score < claimed.score || (score === claimed.score && !this.#mayComeBefore(claimed));
  }
}

import type { PlanLimits, PlanTree } from "@caio/traceability";

import { flowOf, profitOf, type Multipliers } from "./multipliers.ts";
import { capsOf, type Item } from "./plan-problem.ts";

/** Place among `additive` of the limit that is counted rather than weighed; null: none is. */
export type Counted = 0 | 1 | 2 | 3 | null;

/** How a bound is made. */
export interface BoundTerms {
  readonly multipliers: Multipliers;
  readonly counted: Counted;
  /** The steps in the order in which the search fixes them. */
  readonly order: readonly number[];
}

/** How many units the counted limit is divided into, at most. */
const GRID = 50;

/** An item as the search sees it. */
export interface Priced {
  readonly item: Item;
  readonly profit: number;
  readonly units: number;
}

/**
 * Bounds on the score of every plan within the limits that agrees with what is fixed. What is weighed is bounded by weak Lagrangian
 * duality, what is counted by a table over the steps that are still open. Units are rounded down, so that they allow a little more than
 * the limit itself.
 */
export class PlanBound {
  /** Per place in the order, in (offer, bound) order. */
  readonly items: readonly (readonly Priced[])[];
  readonly units: number;
  /** What the weighed limits are worth in full. */
  readonly allowed: number;
  readonly #tables: readonly Float64Array[];

  constructor(tree: PlanTree, steps: readonly (readonly Item[])[], limits: PlanLimits, { multipliers, counted, order }: BoundTerms) {
    const caps = capsOf(limits);
    const cap = counted === null ? 0 : caps[counted];
    const unit = Math.max(1, Math.floor(cap / GRID));
    this.units = Math.floor(cap / unit);
    this.items = order.map((step) =>
      (steps[step] ?? []).map((item) => ({ item, profit: profitOf(item, multipliers, step), units: counted === null ? 0 : Math.floor(item.uses[counted] / unit) })),
    );
    this.allowed = caps.reduce((sum, each, at) => sum + worth(multipliers.uses[at] ?? 0, each), worth(flowOf(tree, multipliers.us), limits.latencyUs ?? Infinity));
    this.#tables = tablesOf(this.items, this.units);
  }

  /** The most that the steps from this place on can add with so many units left; -Infinity: they do not go into them. */
  rest(place: number, units: number): number {
    return units < 0 ? -Infinity : (this.#tables[place]?.[units] ?? -Infinity);
  }

  get root(): number {
    return this.allowed + this.rest(0, this.units);
  }

  /** The selection that the bound at the root stands for. */
  best(): readonly Priced[] {
    let left = this.units;
    return this.items.map((items, place) => {
      let most: Priced | undefined;
      let value = -Infinity;
      for (const priced of items) {
        const own = priced.profit + this.rest(place + 1, left - priced.units);
        if (most === undefined || own > value) [most, value] = [priced, own];
      }
      if (most === undefined) throw new RangeError("A step without an item has no selection.");
      left -= most.units;
      return most;
    });
  }
}

function worth(multiplier: number, cap: number): number {
  return multiplier === 0 ? 0 : multiplier * cap;
}

function tablesOf(items: readonly (readonly Priced[])[], units: number): readonly Float64Array[] {
  let next = new Float64Array(units + 1);
  const tables = [next];
  for (const step of [...items].reverse()) {
    const table = new Float64Array(units + 1).fill(-Infinity);
    for (const { profit, units: used } of step) {
      for (let left = used; left <= units; left++) {
        const value = profit + (next[left - used] ?? 0);
        if (value > (table[left] ?? 0)) table[left] = value;
      }
    }
    tables.unshift(table);
    next = table;
  }
  return tables;
}

import { MICRO } from "@caio/core";
import type { Bound, Guarantee, OwnAlgebra, PropertyDefinition, PropertyJoin } from "@caio/contracts";

import type { Pair } from "../composition.ts";
import type { Derived } from "./ratio.ts";
import { addSafe, addTails, timesSafe } from "./sums.ts";

/** A property with an algebra of its own. */
export interface OwnProperty extends PropertyDefinition {
  readonly row: OwnAlgebra;
}

/** P(a run answers and its value is beyond the bound) ≤ tail. In the unit of the property; the good end alone is composed. */
export interface OwnBound {
  readonly bound: number;
  readonly tailPpm: number;
}

/** Those of a catalogue that have an algebra of their own. */
export function ownProperties(catalogue: readonly PropertyDefinition[] = []): readonly OwnProperty[] {
  return catalogue.filter((property): property is OwnProperty => typeof property.row !== "string");
}

/** What an attempt promises of a property: of the greatest coverage, and of those the tightest. Undefined: nothing that composes. */
export function ownOfLeaf(promises: readonly Guarantee[], property: OwnProperty): OwnBound | undefined {
  let best: OwnBound | undefined;
  for (const { property: name, coveragePpm, bound } of promises) {
    const end = name === property.name ? goodEnd(bound, property) : undefined;
    const valid = end !== undefined && Number.isSafeInteger(end) && end >= 0 && Number.isSafeInteger(coveragePpm) && coveragePpm > 0 && coveragePpm <= MICRO;
    if (!valid) continue;
    const tailPpm = MICRO - coveragePpm;
    if (best === undefined || tailPpm < best.tailPpm || (tailPpm === best.tailPpm && isTighter(end, best.bound, property))) best = { bound: end, tailPpm };
  }
  return best;
}

/** Two parts. Whatever depends on what, a tail is at most the sum of both (Boole). */
export function ownOfPair(kind: Pair["kind"], first: OwnBound, second: OwnBound, { row }: OwnProperty): Derived<OwnBound> {
  const join = row[kind === "checked" ? "seq" : kind];
  return { rule: join, result: { bound: joined(join, first.bound, second.bound), tailPpm: addTails(first.tailPpm, second.tailPpm) } };
}

/** Up to n attempts, each of which may be beyond its bound. */
export function ownOfRetry(child: OwnBound, attempts: number, { row }: OwnProperty): Derived<OwnBound> {
  const bound = row.retry === "times" ? timesSafe(child.bound, attempts) : child.bound;
  return { rule: row.retry, result: { bound, tailPpm: Math.min(MICRO, attempts * child.tailPpm) } };
}

/** As a guarantee of the plan; undefined where nothing is left of it. */
export function ownGuarantee({ bound, tailPpm }: OwnBound, property: OwnProperty): Guarantee | undefined {
  if (tailPpm >= MICRO) return undefined;
  return { property: property.name, coveragePpm: MICRO - tailPpm, bound: boundOf(bound, property) };
}

function joined(join: PropertyJoin, a: number, b: number): number {
  if (join === "sum") return addSafe(a, b);
  return join === "max" ? Math.max(a, b) : Math.min(a, b);
}

function goodEnd(bound: Bound, { direction, unit }: OwnProperty): number | undefined {
  if (unit === "us") return direction === "lower" ? ("maxUs" in bound ? bound.maxUs : undefined) : "minUs" in bound ? bound.minUs : undefined;
  return direction === "lower" ? ("maxMicros" in bound ? bound.maxMicros : undefined) : "minMicros" in bound ? bound.minMicros : undefined;
}

function boundOf(end: number, { direction, unit }: OwnProperty): Bound {
  if (unit === "us") return direction === "lower" ? { maxUs: end } : { minUs: end };
  return direction === "lower" ? { maxMicros: end } : { minMicros: end };
}

function isTighter(a: number, b: number, { direction }: OwnProperty): boolean {
  return direction === "lower" ? a < b : a > b;
}

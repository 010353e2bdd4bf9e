import { MICRO } from "@caio/core";
import type { PlanOffer } from "@caio/traceability";

import { latencyOf, type LimitName, type PlanProblem } from "./plan-problem.ts";

/** A limit that no plan keeps, whatever the others say. */
export interface BrokenLimit {
  readonly limit: LimitName;
  readonly allowed: number;
  /** The best that any plan reaches, at most 2^53 − 1; null: all pairs of some step are silent. */
  readonly best: number | null;
}

/** Each limit by itself, held against the best that each step can do, in the order budget, latency, coverage, availability, accuracy. */
export function brokenLimits({ tree, steps, limits }: PlanProblem): readonly BrokenLimit[] {
  const { budgetMicros, latencyUs, coveragePpm, availabilityMicros, accuracyMicros } = limits;
  const each = <T>(best: (offers: readonly PlanOffer[]) => T): T[] => steps.map(({ offers }) => best(offers));
  const cost = added(each((offers) => least(offers.map(({ costMicros }) => costMicros ?? Infinity))));
  const slowest = latencyOf(tree, each((offers) => least(offers.flatMap(({ bounds }) => bounds.map(({ boundUs }) => boundUs)))));
  const tail = added(each((offers) => MICRO - most(offers.flatMap(({ bounds }) => bounds.map((bound) => bound.coveragePpm)))));
  const unavailable = added(each((offers) => MICRO - most(offers.map((offer) => offer.availabilityMicros))));
  const inaccurate = added(each((offers) => MICRO - most(offers.map((offer) => offer.accuracyMicros))));
  return [
    ...exceeded("budget", budgetMicros, cost),
    ...exceeded("latency", latencyUs, slowest),
    ...missed("coverage", latencyUs === null ? null : coveragePpm, tail),
    ...missed("availability", availabilityMicros, unavailable),
    ...missed("accuracy", accuracyMicros, inaccurate),
  ];
}

function exceeded(limit: LimitName, allowed: number | null, best: number): BrokenLimit[] {
  if (allowed === null || best <= allowed) return [];
  return [{ limit, allowed, best: best === Infinity ? null : Math.min(best, Number.MAX_SAFE_INTEGER) }];
}

function missed(limit: LimitName, allowed: number | null, missing: number): BrokenLimit[] {
  return allowed === null || missing <= MICRO - allowed ? [] : [{ limit, allowed, best: Math.max(0, MICRO - missing) }];
}

function added(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function least(values: readonly number[]): number {
  return values.reduce((smallest, value) => Math.min(smallest, value), Infinity);
}

function most(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, value), 0);
}

import { latencyOf } from "./plan-items.ts";
import type { Offer, PlanClaim, PlanRefused } from "./plan-shape.ts";

const ONE = 1_000_000;
type Broken = PlanRefused["broken"][number];

/** Each limit by itself, held against the best of every step (certificate §11). */
export function brokenLimits({ tree, steps, limits }: Omit<PlanClaim, "outcome">): readonly Broken[] {
  const best = (read: (offers: readonly Offer[]) => number): number[] => steps.map(({ offers }) => read(offers));
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  const smallest = (values: readonly number[]): number => values.reduce((least, value) => Math.min(least, value), Infinity);
  const missing = (values: readonly number[]): number => ONE - values.reduce((most, value) => Math.max(most, value), 0);
  const above = (limit: Broken["limit"], allowed: number | null, reached: number): Broken[] =>
    allowed === null || reached <= allowed ? [] : [{ limit, allowed, best: reached === Infinity ? null : Math.min(reached, Number.MAX_SAFE_INTEGER) }];
  const below = (limit: Broken["limit"], allowed: number | null, lost: number): Broken[] =>
    allowed === null || lost <= ONE - allowed ? [] : [{ limit, allowed, best: Math.max(0, ONE - lost) }];
  return [
    ...above("budget", limits.budgetMicros, sum(best((offers) => smallest(offers.map(({ costMicros }) => costMicros ?? Infinity))))),
    ...above("latency", limits.latencyUs, latencyOf(tree, best((offers) => smallest(offers.flatMap(({ bounds }) => bounds.map(({ boundUs }) => boundUs)))))),
    ...below("coverage", limits.latencyUs === null ? null : limits.coveragePpm, sum(best((offers) => missing(offers.flatMap(({ bounds }) => bounds.map(({ coveragePpm }) => coveragePpm)))))),
    ...below("availability", limits.availabilityMicros, sum(best((offers) => missing(offers.map(({ availabilityMicros }) => availabilityMicros))))),
    ...below("accuracy", limits.accuracyMicros, sum(best((offers) => missing(offers.map(({ accuracyMicros }) => accuracyMicros))))),
  ];
}

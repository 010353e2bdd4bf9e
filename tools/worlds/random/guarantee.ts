import type { Guarantee } from "@caio/contracts";

import { inCanonicalOrder } from "./canonical-order.ts";
import type { Dice } from "./dice.ts";
import { COVERAGES, LATENCIES, RATIOS } from "./vocabulary.ts";

/** Several coverages of latency, and the ratios. */
export function promisedGuarantees(dice: Dice, saidPercent: number): Guarantee[] {
  const promises: Guarantee[] = [];
  if (dice.chance(saidPercent)) promises.push(...latencyPromises(dice));
  if (dice.chance(saidPercent - 20)) promises.push(atLeast("availability", dice.pick(RATIOS)));
  if (dice.chance(saidPercent - 20)) promises.push(atLeast("accuracy", dice.pick(RATIOS)));
  if (dice.chance(10)) promises.push(atLeast("accuracy", dice.pick(RATIOS), dice.pick(COVERAGES)));
  if (dice.chance(20)) promises.push(atLeast("classification_accuracy", dice.pick(RATIOS)));
  if (dice.chance(20)) promises.push(atLeast("tokens_per_second", dice.int(1, 60) * 1_000_000, dice.pick(COVERAGES)));
  if (dice.chance(10)) promises.push({ property: "time_to_first_token", coveragePpm: 950_000, bound: { maxUs: dice.pick(LATENCIES) } });
  if (dice.chance(10)) promises.push(atLeast("deterministic_output", 1_000_000));
  return inCanonicalOrder(promises);
}

export function latencyPromises(dice: Dice): Guarantee[] {
  const first = dice.pick(LATENCIES);
  const promises = [latencyWithin(first, dice.pick(COVERAGES))];
  if (dice.chance(50)) promises.push(latencyWithin(first + dice.pick(LATENCIES), dice.pick(COVERAGES)));
  if (dice.chance(25)) promises.push(latencyWithin(dice.pick(LATENCIES), dice.pick(COVERAGES)));
  if (dice.chance(5)) promises.push({ property: "latency", coveragePpm: 950_000, bound: { minUs: 1_000, maxUs: first + 1_000 } });
  if (dice.chance(2)) promises.push({ property: "latency", coveragePpm: 1_000_000, bound: { minUs: 1 } });
  return promises;
}

export function latencyWithin(maxUs: number, coveragePpm: number): Guarantee {
  return { property: "latency", coveragePpm, bound: { maxUs } };
}

export function atLeast(property: string, minMicros: number, coveragePpm = 1_000_000): Guarantee {
  return { property, coveragePpm, bound: { minMicros } };
}

/** What a request demands: seldom more than a service would promise. */
export function demandedGuarantees(dice: Dice, percent: number): Guarantee[] {
  const demands: Guarantee[] = [];
  if (dice.chance(percent)) demands.push(latencyWithin(dice.near(dice.pick(LATENCIES)), dice.near(950_000)));
  if (dice.chance(percent)) demands.push(atLeast("accuracy", dice.pick(RATIOS), dice.pick(COVERAGES)));
  if (dice.chance(percent)) demands.push(atLeast("availability", dice.pick(RATIOS)));
  if (dice.chance(percent / 4)) demands.push(atLeast("tokens_per_second", dice.int(1, 30) * 1_000_000, 900_000));
  if (dice.chance(percent / 4)) demands.push({ property: "latency", coveragePpm: 500_000, bound: { minUs: 1_000 } });
  return inCanonicalOrder(demands);
}

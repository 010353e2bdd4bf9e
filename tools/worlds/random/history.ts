import type { History, HistoryLeaf, LearnedValue, ServiceContract } from "@caio/contracts";

import { inCanonicalOrder } from "./canonical-order.ts";
import type { Dice } from "./dice.ts";
import { atLeast, latencyPromises } from "./guarantee.ts";
import { fieldNear } from "./field.ts";
import type { Setting } from "./setting.ts";
import { RATIOS } from "./vocabulary.ts";

const FEATURES = 16;

/** Leaves for some of the pairs, and now and then for a service that is gone. */
export function randomHistory(dice: Dice, setting: Setting, contracts: readonly ServiceContract[]): History {
  const coverage = dice.pick([0, 40, 80]);
  const leaves: HistoryLeaf[] = [];
  for (const contract of contracts) {
    const models = contract.models.length === 0 ? [null] : contract.models.map((model) => model.id);
    for (const model of models) {
      if (dice.chance(coverage)) leaves.push(randomLeaf(dice, setting, contract.serviceId, model));
    }
  }
  if (dice.chance(10)) leaves.push(randomLeaf(dice, setting, "gone", null));
  return { version: dice.int(0, 1_000), leaves: inLeafOrder(leaves) };
}

/** (service, model) order, null first. */
export function inLeafOrder(leaves: readonly HistoryLeaf[]): HistoryLeaf[] {
  return [...leaves].sort((a, b) => {
    if (a.service !== b.service) return a.service < b.service ? -1 : 1;
    return (a.model ?? "") < (b.model ?? "") ? -1 : 1;
  });
}

function randomLeaf(dice: Dice, setting: Setting, service: string, model: string | null): HistoryLeaf {
  const health = dice.pick(["healthy", "healthy", "healthy", "healthy", "healthy", "degraded", "degraded", "degraded", "unhealthy"] as const);
  const outcomes = dice.pick([0, 1, 19, 20, 500, 999, 1_000, 1_001, 50_000]);
  const violations = dice.chance(60) ? 0 : dice.pick([1, outcomes, Math.floor(outcomes / 10)]);
  return {
    service,
    model,
    health,
    promises: health === "degraded" ? measuredPromises(dice) : [],
    outcomes,
    violations: Math.min(violations, outcomes),
    ...dice.maybe(30, () => ({ learned: randomLearned(dice) })),
    ...dice.maybe(30, () => ({ memory: fieldNear(dice, setting.prototypes).map((sample) => sample / 1_000_000) })),
  };
}

function measuredPromises(dice: Dice): HistoryLeaf["promises"] {
  const promises = dice.chance(70) ? latencyPromises(dice) : [];
  if (dice.chance(40)) promises.push(atLeast("accuracy", dice.pick(RATIOS)));
  if (dice.chance(20)) promises.push(atLeast("availability", dice.pick(RATIOS)));
  return inCanonicalOrder(promises);
}

/** A⁻¹ = d·I + v·vᵀ, which is positive definite. */
function randomLearned(dice: Dice): LearnedValue {
  const diagonal = dice.int(1, 1_000) / 1_000;
  const v = Array.from({ length: FEATURES }, () => dice.ratio() / 2);
  const inverse: number[] = [];
  for (const [i, left] of v.entries()) {
    for (const [j, right] of v.entries()) inverse.push(left * right + (i === j ? diagonal : 0));
  }
  return { theta: Array.from({ length: FEATURES }, () => dice.ratio()), inverse };
}

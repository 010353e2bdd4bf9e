import type { ChosenDecision } from "@caio/orchestrator";

import { pairsOf, type Pair } from "../../reference/matching.ts";
import type { World } from "../../reference/world.ts";

/** The chosen pair as the world has it; undefined if it has none of that name. */
export function chosenPair(world: World, decision: ChosenDecision): Pair | undefined {
  const { service, model } = decision.outcome.selected;
  return world.services
    .filter(({ contract }) => contract.serviceId === service)
    .flatMap((entry) => pairsOf(entry, world))
    .find((pair) => (pair.model?.id ?? null) === model);
}

/** The pairs that the caller's tenant may see. */
export function visiblePairs(world: World): readonly Pair[] {
  const { tenant } = world.request.principal;
  return world.services
    .filter(({ contract: { access } }) => access.tenants.length === 0 || access.tenants.includes(tenant))
    .flatMap((entry) => pairsOf(entry, world));
}

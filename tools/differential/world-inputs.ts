import { HistorySnapshot, PolicySnapshot, type DecisionInputs } from "@caio/orchestrator";
import { RegistrySnapshot } from "@caio/registry";

import type { World } from "../reference/world.ts";

/** The encoder that random worlds name: their encodings are random fields. */
const ENCODER_ID = "world-1";

/** R, P and H of a world as `caioRoute` reads them. */
export function worldInputs(world: World): DecisionInputs {
  const { snapshot } = RegistrySnapshot.empty.change(
    world.services.flatMap(({ contract, encoding, draining }) => [
      { kind: "register" as const, contract, encoding, encoderId: ENCODER_ID },
      ...(draining ? [{ kind: "drain" as const, serviceId: contract.serviceId }] : []),
    ]),
  );
  const { freshness } = world;
  return {
    registry: { view: snapshot.view(world.request.principal.tenant), logIndex: null, freshness: freshness?.registry },
    policy: { snapshot: new PolicySnapshot(1, world.policy.base, world.policy.named), logIndex: null, freshness: freshness?.policy },
    history: { snapshot: HistorySnapshot.of(world.history), logIndex: null },
  };
}

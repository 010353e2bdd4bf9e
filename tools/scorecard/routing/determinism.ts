import { canonicalJson, digest, type JsonValue } from "@caio/core";
import type { RoutingDecision } from "@caio/orchestrator";

import type { World } from "../../reference/world.ts";
import { fromWorldFile, toWorldFile } from "../../worlds/world-file.ts";
import { judgement } from "../engine/check.ts";
import type { Fault, System } from "./system.ts";
import type { WorldCheck } from "./routed-world.ts";

/** INV-CAIO-0001: the same world, read back from its file and registered in another order, gives the same bytes. */
export const sameEverywhere: WorldCheck = {
  name: "same-everywhere",
  judge: ({ world, decision, system }) => {
    const again = system.route(rebuilt(world));
    const same = isSame(again, decision);
    const named = digest(decision.certificate) === decision.certificateDigest && decision.trace.certificate === decision.certificateDigest;
    return judgement(same && named, () => (same ? "the certificate is not the one named" : "two routings of one world differ"));
  },
  faults: {
    "reads-a-clock": sometimes((system, world, turn) =>
      system.route({ ...world, request: { ...world.request, now: world.request.now + turn } }),
    ),
    "draws-a-key-of-its-own": sometimes((system, world, turn) =>
      system.route({ ...world, request: { ...world.request, decisionKey: turn.toString(16).padStart(64, "0") } }),
    ),
    "orders-by-arrival": sometimes((system, world, turn) => {
      const decision = system.route(world);
      return turn % 2 === 0 ? decision : { ...decision, verdicts: [...decision.verdicts].reverse() };
    }),
  },
};

/** Whether everything that two decisions say is the same bytes. */
function isSame(a: RoutingDecision, b: RoutingDecision): boolean {
  const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
  // Where even the members stand in one order, the canonical texts are equal too.
  return one === other || canonicalJson(JSON.parse(one) as JsonValue) === canonicalJson(JSON.parse(other) as JsonValue);
}

/** The world with nothing of its memory: out to a file and back, with its parts in another order. */
export function rebuilt(world: World): World {
  const copy = fromWorldFile(toWorldFile(world));
  return {
    ...copy,
    services: [...copy.services].reverse(),
    history: { ...copy.history, leaves: [...copy.history.leaves].reverse() },
  };
}

/** A system that does another thing at every turn. */
function sometimes(route: (system: System, world: World, turn: number) => RoutingDecision): Fault {
  let turn = 0;
  return (system) => ({ ...system, route: (world) => route(system, world, ++turn) });
}

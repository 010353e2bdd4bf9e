import { caioRoute, explainDecision, type ChosenDecision, type Explanation, type RoutingDecision } from "@caio/orchestrator";
import { InMemoryTraceStore, type TraceStore } from "@caio/traceability";

import type { World } from "../../reference/world.ts";
import { loggedInputs } from "../../verification/material.ts";

/** What is under test: the router, what it says of its decisions, and what keeps their entries. */
export interface System {
  readonly route: (world: World) => RoutingDecision;
  readonly explain: (decision: RoutingDecision) => Explanation;
  readonly store: () => TraceStore;
}

/** A system broken on purpose, made from one that is not. */
export type Fault = (system: System) => System;

/** The packages as they are. */
export const soundSystem: System = {
  route: (world) => caioRoute(world.request, loggedInputs(world)),
  explain: explainDecision,
  store: () => new InMemoryTraceStore(),
};

/** A router that reads the world wrongly: it forgets, overlooks or mistakes something. */
export function misreads(change: (world: World) => World): Fault {
  return (system) => ({ ...system, route: (world) => system.route(change(world)) });
}

/** A router whose choice or certificate is spoilt after the fact. Refusals pass unchanged. */
export function misstates(change: (decision: ChosenDecision) => RoutingDecision): Fault {
  return (system) => ({
    ...system,
    route: (world) => {
      const decision = system.route(world);
      return decision.kind === "chosen" ? change(decision) : decision;
    },
  });
}

/** Entries are kept by a store that cannot be relied on. */
export function keepsBadly(store: () => TraceStore): Fault {
  return (system) => ({ ...system, store });
}

import { TraceabilitySystem } from "@caio/traceability";

import type { SqlStores } from "../../src/index.ts";
import { decision, registrationOf } from "./records.ts";

/** Puts something into every part, and closes the stores. */
export async function fill(stores: SqlStores, entries: number): Promise<void> {
  await stores.registry.append({ epoch: 1, edits: [{ kind: "register", ...registrationOf("a") }] });
  await stores.history.append({ version: 1, leaves: [{ service: "a", model: null, health: "healthy", promises: [], outcomes: 1, violations: 0 }] });
  const traces = await TraceabilitySystem.open(stores.traces);
  await Promise.all(Array.from({ length: entries }, (_, at) => traces.appendDecision("acme", decision(String(at)))));
  await stores.close();
}

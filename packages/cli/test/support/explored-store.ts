import { canonicalJson, digest, sha256 } from "@caio/core";
import { caioRoute, openingOf, PolicySnapshot } from "@caio/orchestrator";
import type { PolicySet } from "@caio/rules";
import { openSqlStores } from "@caio/store-sql";
import { TraceabilitySystem } from "@caio/traceability";

import { readWorld } from "../../src/load/decide.ts";
import { example } from "./run-command.ts";

/** The time of the first decision; one a minute follows. */
export const FIRST = 1_763_000_000_000;

/** How often the services of the example really succeed. */
export const successRates: Readonly<Record<string, number>> = { "lid-eld": 0.9, "lid-fasttext": 0.7, "lid-franc": 0.5, "lid-tinyld": 0.4 };

/** What is decided, how often, and by which terms of the example's policy. */
export interface Explored extends Pick<PolicySet, "exploration"> {
  readonly decisions: number;
  readonly request?: string;
}

/**
 * A store of real decisions on an example request with the example's policy and this exploration, each with an outcome: the lot of its number decides
 * whether the service that was chosen succeeded.
 */
export async function exploredStore(file: string, { decisions, exploration, request = "plain" }: Explored): Promise<void> {
  const files = { request: example(`requests/${request}.json`), contracts: example("contracts"), policy: example("policy.yaml"), principal: example("principals/default.json") };
  const world = await readWorld(files, { now: FIRST, decisionKey: "00".repeat(32), testKey: true });
  const { snapshot } = world.inputs.policy;
  const base = { ...snapshot.base, exploration };
  const inputs = { ...world.inputs, policy: { ...world.inputs.policy, snapshot: new PolicySnapshot(1, base, snapshot.named) } };
  const stores = await openSqlStores({ file });
  try {
    await stores.policies.put(base);
    const traces = await TraceabilitySystem.open(stores.traces);
    await Promise.all(Array.from({ length: decisions }, async (_decision, at) => {
      const now = FIRST + at * 60_000;
      const asked = { ...world.request, now, decisionKey: digest(["explored", at]) };
      const decision = caioRoute(asked, inputs);
      await traces.appendDecision(decision.certificate.tenant, decision.trace, decision.sealed, openingOf(asked));
      if (decision.kind === "refused") return;
      const { service, model } = decision.outcome.selected;
      const won = lotOf(at) < (successRates[service] ?? 0);
      const latencyUs = 1000 + Math.floor(lotOf(at + decisions) * 1000);
      await traces.appendOutcome(decision.certificate.tenant, { service, model, decisionId: decision.decisionId, attempt: 1, endedAt: now + 10, status: won ? "success" : "error", latencyUs, costMicros: 10, rewardMicros: won ? 1_000_000 : -1_000_000 });
    }));
  } finally {
    await stores.close();
  }
}

/** From 0 to below 1, the same for the same number. */
function lotOf(number: number): number {
  return Buffer.from(sha256(canonicalJson(["lot", number]))).readUIntBE(0, 6) / 2 ** 48;
}

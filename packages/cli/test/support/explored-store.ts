import { join } from "node:path";

import type { Candidate } from "@caio/contracts";
import { HashingEncoder } from "@caio/control";
import { digest, type Digest } from "@caio/core";
import { caioRoute, openingOf } from "@caio/orchestrator";
import { openSqlStores } from "@caio/store-sql";
import { TraceabilitySystem, type FeedbackBody } from "@caio/traceability";

import { readDocuments, worldOf } from "../../src/load/decide.ts";
import { lotOf, promptOf, sellers, successRate } from "./market.ts";

/** The time of the first decision; one a minute follows. */
export const FIRST = 1_763_000_000_000;

/**
 * A store of real decisions on the prompts of the market, each with an outcome: the lot of its number decides whether the service that was chosen
 * succeeded, and of every tenth a judge's word on its quality.
 *
 * @param market - folder with the market's files
 * @param policy - the policy in it that decides
 */
export async function exploredStore(file: string, market: string, { decisions, policy = "policy.yaml" }: { readonly decisions: number; readonly policy?: string }): Promise<void> {
  const encoder = new HashingEncoder();
  const documents = await readDocuments({ request: join(market, "request.json"), contracts: join(market, "contracts"), policy: join(market, policy) }, encoder);
  const stores = await openSqlStores({ file });
  try {
    await stores.policies.put(documents.policies.base);
    const edits = documents.registry.view("default").services.map(({ contract, encoding, encoderId }) => ({ kind: "register" as const, contract, encoding, encoderId }));
    await stores.registry.append({ epoch: 1, edits });
    const traces = await TraceabilitySystem.open(stores.traces);
    await Promise.all(Array.from({ length: decisions }, async (_decision, at) => {
      const now = FIRST + at * 60_000;
      const request = { ...documents.request, intent: { ...documents.request.intent, text: promptOf(at) } };
      const world = await worldOf({ ...documents, request }, { now, decisionKey: digest(["explored", at]), testKey: true }, encoder);
      const decision = caioRoute(world.request, world.inputs);
      const { tenant } = decision.certificate;
      await traces.appendDecision(tenant, decision.trace, decision.sealed, openingOf(world.request));
      if (decision.kind === "refused") return;
      const { service, model } = decision.outcome.selected;
      const seller = sellers.find((id) => id === service);
      const won = seller !== undefined && lotOf("won", at) < successRate(seller, at);
      const latencyUs = 1000 + Math.floor(lotOf("latency", at) * 1000);
      const ended = traces.appendOutcome(tenant, { service, model, decisionId: decision.decisionId, attempt: 1, endedAt: now + 10, status: won ? "success" : "error", latencyUs, costMicros: 500, rewardMicros: won ? 1_000_000 : -1_000_000 });
      // Of every tenth decision somebody says how good it was, and takes back every fifth of those words.
      const said = at % 10 === 0 ? [won ? 900_000 : 300_000, ...(at % 50 === 0 ? [null] : [])] : [];
      await Promise.all([ended, ...said.map((score) => traces.appendFeedback(tenant, judgement(decision.decisionId, { service, model }, score, now)))]);
    }));
  } finally {
    await stores.close();
  }
}

function judgement(decisionId: Digest, pair: Candidate, rewardMicros: number | null, at: number): FeedbackBody {
  const [source, content] = [digest("judge"), digest([decisionId, rewardMicros])];
  return { decisionId, ...pair, attempt: null, kind: "score", aspect: "quality", rewardMicros, decisionRewardMicros: rewardMicros, at, receivedAt: at, source, name: null, content, taught: null, untaught: "fields_gone", decidedBy: null, takenFrom: null };
}

import type { JsonObject } from "@caio/core";
import type { ServiceContract } from "@caio/contracts";
import { contractDigest, toWireObject } from "@caio/contracts";
import { explainDecision, type Attempt, type Orchestration, type RoutingDecision } from "@caio/orchestrator";
import type { ServiceEntry } from "@caio/registry";

/**
 * What the native API says of a decision. The certificate is in the bundle.
 *
 * @param recorded - false: there is neither, so nothing leads to them
 */
export function decisionReply(decision: RoutingDecision, recorded: boolean): JsonObject {
  const { decisionId } = decision;
  const words = explainDecision(decision);
  const record = recorded ? { certificate_digest: decision.certificateDigest, links: { trace: `/api/v1/traces/${decisionId}`, bundle: `/api/v1/traces/${decisionId}/bundle` } } : {};
  const common = { decision_id: decisionId, ...record, ...staleReply(decision), explanation: { headline: words.headline, why: words.why, rejected: words.rejected } };
  if (decision.kind === "refused") return { ...common, outcome: "refused", code: decision.code };
  const { selected, runnerUp, promise, limits, obligations } = decision.outcome;
  return {
    ...common,
    outcome: "chosen",
    selected: { service: selected.service, model: selected.model, score_pico: selected.score, route: selected.route },
    runner_up: runnerUp === null ? null : { service: runnerUp.service, model: runnerUp.model, score_pico: runnerUp.score },
    limits: { budget_micros: limits.budgetMicros, latency_us: limits.latencyUs, deadline_us: limits.deadlineUs },
    promise: {
      deadline_us: promise.perCall.deadlineUs, max_output_tokens: promise.perCall.maxOutputTokens, cost_cap_micros: promise.perCall.costCapMicros,
    },
    obligations: [...obligations],
  };
}

/** Which snapshots were confirmed to be the newest too long before the decision; nothing if all were fresh. */
function staleReply({ stale }: RoutingDecision): JsonObject {
  if (stale === undefined) return {};
  const ages = [["registry", stale.registry], ["policy", stale.policy]] as const;
  return { stale: Object.fromEntries(ages.flatMap(([what, age]) => (age === undefined ? [] : [[what, { confirmed_ms_ago: age.confirmedMsAgo, bound_ms: age.boundMs }]]))) };
}

/** What the native API says of an execution that succeeded. */
export function orchestrationReply(ended: Extract<Orchestration, { kind: "success" }>, recorded: boolean): JsonObject {
  const { output, usage, resultDigest, decision, attempts } = ended;
  return {
    output,
    ...(usage === undefined ? {} : { usage: { input_tokens: usage.inputTokens ?? null, output_tokens: usage.outputTokens ?? null } }),
    result_digest: resultDigest,
    decision: decisionReply(decision, recorded),
    attempts: attempts.map(attemptReply),
  };
}

/** How one attempt ended, never what a service said. */
export function attemptReply({ attempt, decision, enforcement }: Attempt): JsonObject {
  const { service, model } = decision.outcome.selected;
  const { status, latencyUs, costMicros } = enforcement;
  return {
    attempt, decision_id: decision.decisionId, service, model, status, latency_us: Math.round(latencyUs), cost_micros: costMicros ?? null,
    error: enforcement.status === "success" ? null : enforcement.error.code,
  };
}

/** A registered service. */
export function serviceReply({ contract, draining }: Pick<ServiceEntry, "contract" | "draining">): JsonObject {
  return { service_id: contract.serviceId, version: contract.version, contract_digest: contractDigest(contract), draining, contract: publicContract(contract) };
}

/** The contract without how it is reached: an address and the name of a secret are the operator's. */
function publicContract(contract: ServiceContract): JsonObject {
  return { ...toWireObject(contract), api: { protocol: contract.api.protocol } };
}

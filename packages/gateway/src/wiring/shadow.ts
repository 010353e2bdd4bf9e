import type { Principal, RequestDocument } from "@caio/contracts";
import type { JsonObject, JsonValue } from "@caio/core";
import type { ChosenDecision, RoutingDecision } from "@caio/orchestrator";
import type { FastifyReply } from "fastify";

import type { EventFeed } from "./event-feed.ts";
import type { GatewayCore } from "./gateway-core.ts";

/**
 * What would have been chosen, by the data of the request that another decision serves: its limits may become narrower on the way, and its requirements
 * may be one value for all who ask on the same terms.
 */
export class Shadows {
  readonly #feed: EventFeed;
  readonly #decisions = new WeakMap<RequestDocument["data"], RoutingDecision>();

  constructor(feed: EventFeed) {
    this.#feed = feed;
  }

  keep({ data }: RequestDocument, shadow: RoutingDecision): void {
    this.#decisions.set(data, shadow);
  }

  /** Reports both once the one that serves is made, too. */
  served({ data }: RequestDocument, tenant: string, decision: RoutingDecision): void {
    const shadow = this.#decisions.get(data);
    if (shadow === undefined) return;
    this.#decisions.delete(data);
    this.#feed.publish({ kind: "shadow", tenant, details: { served: briefly(decision), shadow: briefly(shadow), same: choiceOf(decision) === choiceOf(shadow) } });
  }
}

/**
 * In shadow mode, and for a request that names its model: decides and logs what would be chosen if the request did not, and says so in
 * the headers `caio-shadow-service`, `caio-shadow-model` and `caio-shadow-decision-id`. Nothing is executed for it, and whatever goes
 * wrong with it is nothing to the caller.
 *
 * @param document - the very document that is decided next: the `shadow` event puts both decisions side by side
 */
export async function shadowDecision({ config, orchestrator, shadows, ports }: GatewayCore, document: RequestDocument, caller: Principal, reply: FastifyReply): Promise<void> {
  const { requirements } = document;
  if (!config.shadow || requirements.constraints.models.length === 0) return;
  try {
    const free = { ...document, requirements: { ...requirements, constraints: { ...requirements.constraints, models: [] } } };
    const { decision } = await orchestrator.decide(free, caller);
    shadows.keep(document, decision);
    reply.header("caio-shadow-decision-id", decision.decisionId);
    if (decision.kind !== "chosen") return;
    const { service, model } = decision.outcome.selected;
    reply.header("caio-shadow-service", service);
    if (model !== null) reply.header("caio-shadow-model", model);
  } catch (fault) {
    ports.onFault?.("shadow", fault);
  }
}

function choiceOf(decision: RoutingDecision): string {
  if (decision.kind === "refused") return decision.code;
  const { service, model } = decision.outcome.selected;
  return JSON.stringify([service, model]);
}

/** What a decision comes to: worst-case cost, and the promised latency of the greatest coverage. */
function briefly(decision: RoutingDecision): JsonObject {
  const { decisionId } = decision;
  if (decision.kind === "refused") return { decision_id: decisionId, outcome: "refused", code: decision.code };
  const { selected, promise } = decision.outcome;
  return {
    decision_id: decisionId,
    outcome: "chosen",
    service: selected.service,
    model: selected.model,
    score_pico: selected.score,
    cost_cap_micros: promise.perCall.costCapMicros,
    latency: promisedLatency(decision),
  };
}

function promisedLatency({ outcome }: ChosenDecision): JsonValue {
  let best: { readonly max_us: number; readonly coverage_ppm: number } | null = null;
  for (const promise of outcome.promise.statistical) {
    if (!isObject(promise) || promise["property"] !== "latency" || !isObject(promise["bound"])) continue;
    const [coverage, bound] = [promise["coverage_ppm"], promise["bound"]["max_us"]];
    if (typeof coverage !== "number" || typeof bound !== "number") continue;
    if (best === null || coverage > best.coverage_ppm) best = { max_us: bound, coverage_ppm: coverage };
  }
  return best;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

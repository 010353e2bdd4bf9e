import { toWireObject } from "@caio/contracts";
import { CaioError, type JsonObject, type JsonValue } from "@caio/core";
import type { ComposedPromise } from "@caio/guarantees";
import { orchestratePlan, parsePlanDocument, type PlanDecision, type PlanOrchestration, type StepResult } from "@caio/orchestrator";
import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { statusOf } from "../door/http-status.ts";
import { shownError } from "../door/shown-error.ts";
import { callerOf } from "../http/app.ts";
import { goneSignal } from "../http/gone-signal.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import { attemptReply, decisionReply } from "./replies.ts";

/** The document has its own reader, whose errors say more: the schema is for those who read the API. */
const body = z.object({ caio_plan: z.literal(1), plan: z.unknown(), steps: z.record(z.string(), z.looseObject({})), limits: z.looseObject({}).optional(), guarantees: z.looseObject({}).optional() });
const shape = z.toJSONSchema(body, { target: "draft-7", io: "input" });

/** `/plans` chooses the services of all steps at once and executes them; `/plans/decide` chooses alone. */
export function planRoutes(app: FastifyInstance, { orchestrator, policies, ports, readers }: GatewayCore): void {
  const validatorCompiler = () => () => true;
  const decide = { body: shape, summary: "Chooses the services of all steps of a plan at once and logs it, does not execute" };
  app.post("/api/v1/plans/decide", { validatorCompiler, schema: decide }, async (request, reply) => {
    const document = parsePlanDocument(jsonOf(request.body), "<body>", readers.requests);
    const { decision } = await orchestrator.decidePlan(document, callerOf(request), { planKey: ports.door.freshKey(), testKey: false });
    return reply.send(planReply(decision, app.recorded));
  });
  const execute = { body: shape, summary: "Executes a plan: with limits of the whole its services are chosen at once, and again for what remains if a step fails; each step is a decision with its own receipt" };
  app.post("/api/v1/plans", { validatorCompiler, schema: execute }, async (request, reply) => {
    const document = parsePlanDocument(jsonOf(request.body), "<body>", readers.requests);
    const { catalogue } = ports;
    const options = { planKey: ports.door.freshKey(), testKey: false, independent: policies.snapshot.base.independent, signal: goneSignal(reply), ...(catalogue === undefined ? {} : { catalogue }) };
    const ended = await orchestratePlan(orchestrator, document, callerOf(request), options);
    return reply.code(codeOf(ended)).send(endedReply(ended, app.recorded));
  });
}

function codeOf({ kind, plans }: PlanOrchestration): number {
  if (kind === "success") return 200;
  const outcome = plans[0]?.outcome;
  return kind === "refused" && outcome?.kind === "refused" ? statusOf(new CaioError(outcome.code, "No plan keeps the limits.")) : 502;
}

/** What the native API says of a plan's choice. Its certificate is in the bundle. */
function planReply({ planId, outcome, certificate, sealed }: PlanDecision, recorded: boolean): JsonObject {
  const record = recorded ? { certificate_digest: sealed.digest, links: { trace: `/api/v1/traces/${planId}`, bundle: `/api/v1/traces/${planId}/bundle` } } : {};
  const common = { plan_id: planId, ...record, decisions: certificate.steps.map(({ decisionId }) => decisionId) };
  if (outcome.kind === "refused") {
    return { ...common, outcome: "refused", code: outcome.code, claim: outcome.claim, step: outcome.step, broken: outcome.broken.map(({ limit, allowed, best }) => ({ limit, allowed, best })) };
  }
  const { claim, score, gap, selected, promise } = outcome;
  return {
    ...common,
    outcome: "chosen",
    ...{ claim, score_pico: score, gap_pico: gap },
    selected: selected.map(({ service, model }) => ({ service, model })),
    promise: {
      cost_micros: promise.costMicros, latency_us: promise.latencyUs, coverage_ppm: promise.coveragePpm, availability_micros: promise.availabilityMicros, accuracy_micros: promise.accuracyMicros,
    },
  };
}

function endedReply({ kind, planId, plans, steps, promise }: PlanOrchestration, recorded: boolean): JsonObject {
  return {
    outcome: kind,
    plan_id: planId,
    plans: plans.map((plan) => planReply(plan, recorded)),
    steps: Object.fromEntries([...steps].map(([name, step]): [string, JsonValue] => [name, stepReply(step, recorded)])),
    promise: promise === null ? null : { availability_micros: promise.rows.availabilityMicros, undetected_error_micros: promise.rows.undetectedError.micros, cost_micros: promise.rows.costMicros, ...ownReply(promise) },
  };
}

/** What is composed by an algebra of its own: `{ "carbon": { "coverage_ppm": 1000000, "bound": { "max_micros": 250000 } } }`; nothing if nothing is. */
export function ownReply({ rows, guarantees }: ComposedPromise): JsonObject {
  const own = guarantees.filter(({ property }) => Object.hasOwn(rows.own, property));
  return own.length === 0 ? {} : { own: Object.fromEntries(own.map(({ property, coveragePpm, bound }) => [property, toWireObject({ coveragePpm, bound })])) };
}

function stepReply(step: StepResult, recorded: boolean): JsonObject {
  if (step.kind === "skipped") return { outcome: "skipped", error: { ...shownError(step.error).toJSON() } };
  const error = step.kind === "failed" ? { error: { ...shownError(step.error).toJSON() } } : {};
  const output = step.kind === "success" ? { output: step.output } : {};
  return { outcome: step.kind, ...output, ...error, decision: decisionReply(step.decision, recorded), attempts: step.attempts.map(attemptReply) };
}

function jsonOf(found: unknown): JsonValue {
  const read = z.json().safeParse(found);
  if (read.success) return read.data;
  throw new CaioError("InvalidPlan", "<body>: expected a plan as JSON, with the header content-type: application/json.", { details: { place: "<body>" } });
}

import type { JsonObject, JsonValue } from "@caio/core";
import { CaioError } from "@caio/core";
import { orchestrateCascade, parseCascadeDocument, type CascadeOrchestration } from "@caio/orchestrator";
import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { shownError } from "../door/shown-error.ts";
import { callerOf } from "../http/app.ts";
import { goneSignal } from "../http/gone-signal.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import { ownReply } from "./plan-routes.ts";
import { attemptReply, decisionReply } from "./replies.ts";

/** The document has its own reader, whose errors say more: the schema is for those who read the API. */
const body = z.object({ caio_cascade: z.literal(1), try: z.looseObject({}), verify: z.looseObject({}), escalate: z.looseObject({}), accept: z.strictObject({ pointer: z.string(), equals: z.unknown() }), budget_micros: z.int().min(0).optional() });
const schema = { body: z.toJSONSchema(body, { target: "draft-7", io: "input" }), summary: "Asks cheaply, checks, and escalates: three requests, each a decision with its own receipt; the answer is the one that passed or the stronger one" };

/** Cascades: a cheap answer, a verifier, a stronger service. */
export function cascadeRoutes(app: FastifyInstance, { orchestrator, policies, ports, readers }: GatewayCore): void {
  app.post("/api/v1/cascades", { validatorCompiler: () => () => true, schema }, async (request, reply) => {
    const document = parseCascadeDocument(jsonOf(request.body), "<body>", readers.requests);
    const { catalogue } = ports;
    const { currency, independent } = policies.snapshot.base;
    const options = { cascadeKey: ports.door.freshKey(), testKey: false, currency, independent, signal: goneSignal(reply), ...(catalogue === undefined ? {} : { catalogue }) };
    const ended = await orchestrateCascade(orchestrator, document, callerOf(request), options);
    return reply.code(ended.kind === "success" ? 200 : 502).send(cascadeReply(ended, app.recorded));
  });
}

function cascadeReply(ended: CascadeOrchestration, recorded: boolean): JsonObject {
  const steps = [...ended.steps].map(([part, step]): [string, JsonValue] => [
    part,
    { outcome: step.kind, decision: decisionReply(step.decision, recorded), attempts: step.attempts.map(attemptReply), error: step.kind === "failed" ? { ...shownError(step.error).toJSON() } : null },
  ]);
  const faults = [...ended.faults].map(([part, fault]): [string, JsonValue] => [part, { ...shownError(fault).toJSON() }]);
  return {
    outcome: ended.kind, cascade_id: ended.cascadeId, answered_by: ended.answeredBy, output: ended.output, escalation: ended.escalation, spent_micros: ended.spentMicros,
    promise: ended.promise === null ? null : { undetected_error_micros: ended.promise.rows.undetectedError.micros, detected_error_micros: ended.promise.rows.detectedErrorMicros, availability_micros: ended.promise.rows.availabilityMicros, cost_micros: ended.promise.rows.costMicros, ...ownReply(ended.promise) },
    steps: Object.fromEntries(steps), faults: Object.fromEntries(faults),
  };
}

function jsonOf(found: unknown): JsonValue {
  const read = z.json().safeParse(found);
  if (read.success) return read.data;
  throw new CaioError("InvalidPlan", "<body>: expected a cascade as JSON, with the header content-type: application/json.", { details: { place: "<body>" } });
}

import { parseRequestDocument, parseRequestValue, requestJsonSchema, type RequestDocument } from "@caio/contracts";
import { CaioError } from "@caio/core";
import { explainDecision, type Orchestration } from "@caio/orchestrator";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { httpStatus } from "../door/http-status.ts";
import { callerOf } from "../http/app.ts";
import { goneSignal } from "../http/gone-signal.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import { attemptReply, decisionReply, orchestrationReply } from "./replies.ts";

/** `/route` decides; `/orchestrate` decides and executes. */
export function decisionRoutes(app: FastifyInstance, { orchestrator }: GatewayCore): void {
  const route = async (request: FastifyRequest): Promise<unknown> => {
    const { decision } = await orchestrator.decide(documentOf(request.body), callerOf(request));
    return decisionReply(decision);
  };
  // The document has its own reader, whose errors say more: the schema is for those who read the API.
  const described = { validatorCompiler: () => () => true, schema: { body: requestJsonSchema() } };
  app.post("/api/v1/route", { ...described, schema: { ...described.schema, summary: "Decides, logs, does not execute" } }, route);
  app.post("/api/route", { schema: { hide: true } }, route);
  app.post("/api/v1/orchestrate", { ...described, schema: { ...described.schema, summary: "Decides, logs, executes, enforces" } }, async (request, reply) => {
    const signal = goneSignal(reply);
    await replyWith(await orchestrator.orchestrate(documentOf(request.body), callerOf(request), { signal }), reply);
  });
}

function documentOf(body: unknown): RequestDocument {
  return typeof body === "string" ? parseRequestDocument(body, { file: "<body>" }) : parseRequestValue(body, { file: "<body>" });
}

async function replyWith(ended: Orchestration, reply: FastifyReply): Promise<void> {
  reply.header("caio-decision-id", ended.decision.decisionId).header("caio-receipt", `/api/v1/traces/${ended.decision.decisionId}/bundle`);
  if (ended.kind === "success") {
    await reply.send(orchestrationReply(ended));
    return;
  }
  const error = ended.kind === "failed" ? ended.error : refusalError(ended);
  const attempts = ended.attempts.map(attemptReply);
  await reply.code(httpStatus(error.code)).send({ error: error.toJSON(), decision: decisionReply(ended.decision), attempts });
}

/** A refusal as the error that it is to a caller who wanted a result. */
export function refusalError({ decision }: Extract<Orchestration, { kind: "refused" }>): CaioError {
  return new CaioError(decision.code, explainDecision(decision).headline, { details: { decision_id: decision.decisionId } });
}

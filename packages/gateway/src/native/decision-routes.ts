import { CaioError } from "@caio/core";
import { explainDecision, type Orchestration } from "@caio/orchestrator";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { spelledAs } from "../docs/api-document.ts";
import { statusOf } from "../door/http-status.ts";
import { retryAfter } from "../door/retry-after.ts";
import { shownError } from "../door/shown-error.ts";
import { callerOf } from "../http/app.ts";
import { goneSignal } from "../http/gone-signal.ts";
import { approvalIn, orchestrateApproved } from "../wiring/approvals/with-approval.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import { requestOf } from "./documents.ts";
import { attemptReply, decisionReply, orchestrationReply } from "./replies.ts";

/** `/route` decides; `/orchestrate` decides and executes. */
export function decisionRoutes(app: FastifyInstance, core: GatewayCore): void {
  const route = async (request: FastifyRequest): Promise<unknown> => {
    const { decision } = await core.orchestrator.decide(requestOf(request.body, core.readers), callerOf(request));
    return decisionReply(decision, app.recorded);
  };
  // The document has its own reader, whose errors say more than a schema.
  const config = { reads: "Request" } as const;
  app.post("/api/v1/route", { config, schema: { summary: "Decides, logs, does not execute" } }, route);
  app.post("/api/route", { config, ...spelledAs("POST /api/v1/route") }, route);
  app.post("/api/v1/orchestrate", { config, schema: { summary: "Decides, logs, executes, enforces" } }, async (request, reply) => {
    const options = { signal: goneSignal(reply), ...approvalIn(request.headers) };
    await replyWith(await orchestrateApproved(core, requestOf(request.body, core.readers), callerOf(request), options), reply);
  });
}

async function replyWith(ended: Orchestration, reply: FastifyReply): Promise<void> {
  reply.header("caio-decision-id", ended.decision.decisionId).header("caio-receipt", `/api/v1/traces/${ended.decision.decisionId}/bundle`);
  if (ended.kind === "success") {
    await reply.send(orchestrationReply(ended, reply.server.recorded));
    return;
  }
  const error = endingError(ended);
  const attempts = ended.attempts.map(attemptReply);
  const retry = retryAfter(error);
  if (retry !== undefined) reply.header("retry-after", retry);
  await reply.code(statusOf(error)).send({ error: error.toJSON(), decision: decisionReply(ended.decision, reply.server.recorded), attempts });
}

/** Rejected pairs that an error names; the trace has all of them. */
const MAX_REASONS = 20;

/**
 * Why a request gave no result, to a caller who wanted one: what went wrong at the last service that was tried, if any was; else the
 * refusal, with the clause that each pair broke.
 */
export function endingError(ended: Exclude<Orchestration, { kind: "success" }>): CaioError {
  return shownError(causeOf(ended));
}

function causeOf(ended: Exclude<Orchestration, { kind: "success" }>): CaioError {
  if (ended.kind === "failed") return ended.error;
  const tried = ended.attempts.at(-1)?.enforcement;
  if (tried !== undefined && tried.status !== "success") return tried.error;
  const { decision } = ended;
  const { headline, rejected } = explainDecision(decision);
  return new CaioError(decision.code, [headline, ...rejected.slice(0, 3)].join(" "), { details: { decision_id: decision.decisionId, rejected: rejected.slice(0, MAX_REASONS) } });
}

import { CaioError } from "@caio/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";

import { spelledAs } from "../docs/api-document.ts";
import { ADMIN } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { explainInputs, explainReceipt, explanationReply, type ExplanationReply } from "../views/explanation/explain-past.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";

const paths = z.object({ id: z.string().regex(/^[0-9a-f]{64}$/) });
const byId = { params: z.toJSONSchema(paths, { target: "draft-7" }) };

/** Traces, and the bundles that are their receipts. */
export function traceRoutes(app: FastifyInstance, { receipts, recent, orchestrator }: GatewayCore): void {
  /** Admins see every tenant. */
  const tenantOf = (request: FastifyRequest): string | undefined => {
    const { permissions, tenant } = callerOf(request);
    return permissions.includes(ADMIN) ? undefined : tenant;
  };
  const trace = async (request: FastifyRequest<{ Params: { id: string } }>): Promise<unknown> => {
    // Whoever asks right after the answer is told how the call ended, too.
    await orchestrator.settled();
    const found = await receipts.trace(request.params.id, tenantOf(request));
    if (found === undefined) throw new CaioError("NotFound", "No decision with this id.", { details: { decision: request.params.id } });
    return found;
  };
  app.get<{ Params: { id: string } }>("/api/v1/traces/:id", { schema: { summary: "A decision with its outcomes, as the log has them", ...byId } }, trace);
  app.get<{ Params: { id: string } }>("/api/traces/:id", { schema: { ...spelledAs("GET /api/v1/traces/{id}").schema, ...byId } }, trace);
  app.get<{ Params: { id: string } }>("/api/v1/traces/:id/bundle", { schema: { summary: "The receipt: *.caio.json", ...byId } }, async (request, reply) => {
    const bundle = await receipts.bundle(request.params.id, tenantOf(request));
    return reply.type("application/json").header("content-disposition", `attachment; filename="${request.params.id.slice(0, 16)}.caio.json"`).send(bundle);
  });
  const explained = { config: { answers: explanationReply }, schema: { summary: "A decision in words, and what would have changed it: exact while its request is remembered, else as far as its receipt tells", ...byId } };
  app.get<{ Params: { id: string } }>("/api/v1/traces/:id/explanation", explained, async (request): Promise<ExplanationReply> => {
    const { id } = request.params;
    const remembered = recent.find(id, tenantOf(request));
    const reply = remembered === undefined ? explainReceipt(id, await receipts.bundle(id, tenantOf(request))) : explainInputs(remembered);
    if (reply === undefined) throw new CaioError("NotFound", "This is a plan: each of its steps is a decision, which has an explanation of its own.", { details: { decision: id } });
    return reply;
  });
}

import type { Principal } from "@caio/contracts";
import { CaioError, type JsonObject } from "@caio/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";

import { ADMIN, APPROVE, requirePermission } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { readQuery } from "../http/read-query.ts";
import type { Approval } from "../wiring/approvals/approval.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";

const approvalId = z.object({ id: z.string().regex(/^apr-[0-9a-f]{32}$/, "expected apr- and 32 hex digits") });
const verdict = z.strictObject({ decision: z.enum(["approve", "deny"]), reason: z.string().min(1).max(500).optional() });
const byId = { params: z.toJSONSchema(approvalId, { target: "draft-7" }) };
/** The body has its own reader, whose errors say more: the schema is for those who read the API. */
const described = { validatorCompiler: () => () => true, schema: { ...byId, body: z.toJSONSchema(verdict, { target: "draft-7", io: "input" }) } };

type ById = FastifyRequest<{ Params: { id: string } }>;

/** Decisions that wait for a person. Operators with the permission see those of their tenant, with what was asked; callers see how their own stand. */
export function approvalRoutes(app: FastifyInstance, { approvals }: GatewayCore): void {
  const found = ({ params }: ById, caller: Principal): Approval => {
    const { id } = readQuery(approvalId, params);
    const approval = approvals.find(id);
    const seen = approval !== undefined && (mayApprove(caller, approval) || isAsker(caller, approval));
    if (!seen) throw new CaioError("NotFound", "No approval with this id. It may be over: ask again.", { details: { approval: id } });
    return approval;
  };
  app.get("/api/v1/approvals", { schema: { summary: "Decisions that wait for a person, and what was said lately; needs the permission caio.approve" } }, (request) => {
    const caller = callerOf(request);
    requireApprover(caller);
    return { approvals: approvals.list(caller.permissions.includes(ADMIN) ? undefined : caller.tenant).map(briefly) };
  });
  app.get<{ Params: { id: string } }>("/api/v1/approvals/:id", { schema: { summary: "One of them, with what was asked for those who may approve it", ...byId } }, (request) => {
    const caller = callerOf(request);
    const approval = found(request, caller);
    return mayApprove(caller, approval) ? { ...briefly(approval), request: approval.content } : briefly(approval);
  });
  app.post<{ Params: { id: string } }>("/api/v1/approvals/:id", { ...described, schema: { ...described.schema, summary: "Approves or denies: {\"decision\": \"approve\"}. It is logged; an approval is good for one call" } }, async (request) => {
    const caller = callerOf(request);
    requireApprover(caller);
    const approval = found(request, caller);
    const { decision, reason } = readQuery(verdict, request.body);
    await approvals.decide(approval, caller, decision === "approve", reason);
    return briefly(approval);
  });
}

function requireApprover(caller: Principal): void {
  if (!caller.permissions.includes(ADMIN)) requirePermission(caller, APPROVE);
}

function mayApprove({ permissions, tenant }: Principal, { asker }: Approval): boolean {
  return permissions.includes(ADMIN) || (permissions.includes(APPROVE) && tenant === asker.tenant);
}

function isAsker({ subject, issuer, tenant }: Principal, { asker }: Approval): boolean {
  return subject === asker.subject && issuer === asker.issuer && tenant === asker.tenant;
}

function briefly({ id, status, decisionId, asker, service, model, action, askedAt, expiresAt, decided }: Approval): JsonObject {
  return {
    ...{ id, status, decision_id: decisionId, tenant: asker.tenant, subject: asker.subject, service, model, action, asked_at: askedAt, expires_at: expiresAt },
    decided: decided === undefined ? null : { by: decided.by, at: decided.at, reason: decided.reason ?? null },
  };
}

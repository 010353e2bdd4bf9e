import { parseDecimal, type JsonObject } from "@caio/core";
import { capitalOfWatch } from "@caio/learning";
import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { ADMIN, requirePermission } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { readQuery } from "../http/read-query.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import type { QualityStanding } from "../wiring/quality/quality-keeper.ts";

const score = z.string().regex(/^(?:0(?:\.[0-9]{1,6})?|1(?:\.0{1,6})?)$/, 'expected a decimal from 0 to 1 such as "0.85"');
const audit = z.strictObject({ score, reference_score: score, name: z.string().min(1).max(200).optional() });
const path = z.object({ policy: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "expected the id of a policy") });

/** Promises of quality: how they stand, and what audits say of them. */
export function qualityRoutes(app: FastifyInstance, { quality }: Pick<GatewayCore, "quality">): void {
  app.get("/api/v1/quality", { schema: { summary: "How the promises of quality stand: released or given up, and on what evidence" } }, (request) => {
    callerOf(request);
    return { quality: quality.standings().map(standingReply) };
  });
  const described = {
    validatorCompiler: () => () => true,
    schema: { params: z.toJSONSchema(path, { target: "draft-7" }), body: z.toJSONSchema(audit, { target: "draft-7", io: "input" }), summary: "Says how a prompt that was picked by chance was judged both ways: the score of the policy's own choice, and of its reference; the same under the same name counts once; for admins" },
  };
  app.post<{ Params: { policy: string } }>("/api/v1/quality/:policy/audits", described, async (request) => {
    requirePermission(callerOf(request), ADMIN);
    const { policy } = readQuery(path, request.params);
    const { score: own, reference_score: reference, name } = readQuery(audit, request.body);
    return standingReply(await quality.audit(policy, { scoreMicros: parseDecimal(own, 6, "down"), referenceMicros: parseDecimal(reference, 6, "down"), name }));
  });
}

/** A standing in the API's words. */
function standingReply({ guarantee, watch, version }: QualityStanding): JsonObject {
  const { decision, audits, sumMicros, life } = watch;
  const { wealth, threshold } = capitalOfWatch(watch);
  return {
    policy: guarantee.policy, version,
    reference: { service: guarantee.reference.service, model: guarantee.reference.model },
    margin_micros: guarantee.marginMicros, risk_micros: guarantee.riskMicros, false_alarm_micros: guarantee.falseAlarmMicros,
    decision: decision.kind, reason: decision.kind === "kept" ? decision.evidence : decision.reason,
    audits, mean_difference_micros: audits === 0 ? null : Math.round(sumMicros / audits), life, capital: wealth, threshold,
  };
}

import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { readQuery } from "../../http/read-query.ts";
import type { GatewayCore } from "../../wiring/gateway-core.ts";
import { seenTenant } from "../seen-tenant.ts";
import { decisionSummary } from "./decision-summary.ts";
import { RecentDecisions } from "./recent-decisions.ts";

const whole = z.coerce.number().int();
const query = z.object({
  limit: whole.min(1).max(200).default(50),
  before: whole.min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  outcome: z.enum(["chosen", "refused"]).optional(),
  service: z.string().min(1).max(63).optional(),
  tenant: z.string().min(1).max(200).optional(),
});

/** The answer: `currency` is that of all amounts, `next` where the page after begins (`before`), null at the end; `recorded` false: nothing is logged. */
export const decisionsPage = z.strictObject({
  decisions: z.array(decisionSummary),
  next: z.int().nullable(),
  currency: z.string(),
  log_size: z.int(),
  recorded: z.boolean(),
});

/** Recent decisions: of one's tenant, or for admins of all. */
export function decisionsRoute(app: FastifyInstance, { traces, policies, orchestrator, config }: GatewayCore): void {
  const recent = new RecentDecisions(traces);
  const summary = "Recent decisions, the newest first: of one's tenant, for admins of all or of `tenant`; `before` is the `next` of the page before";
  app.get("/api/v1/decisions", { config: { asks: query, answers: decisionsPage }, schema: { summary } }, async (request): Promise<z.output<typeof decisionsPage>> => {
    const asked = readQuery(query, request.query);
    const tenant = seenTenant(request, asked.tenant);
    await orchestrator.settled();
    const { decisions, next } = await recent.page({ ...asked, tenant });
    return { decisions: [...decisions], next, currency: policies.snapshot.base.currency, log_size: traces.head.size, recorded: config.record };
  });
}

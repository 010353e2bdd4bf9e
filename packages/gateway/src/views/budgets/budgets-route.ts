import type { BudgetUsage, KeyRecord } from "@caio/security";
import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { ADMIN } from "../../door/authenticate.ts";
import { callerOf } from "../../http/app.ts";
import { readQuery } from "../../http/read-query.ts";
import type { GatewayCore } from "../../wiring/gateway-core.ts";
import { seenTenant } from "../seen-tenant.ts";

const count = z.int().min(0);
const query = z.object({ tenant: z.string().min(1).max(200).optional(), limit: z.coerce.number().int().min(1).max(500).default(500), after: z.string().regex(/^[0-9a-f]{16}$/, "expected the 16 hex digits of a key id").optional(), find: z.string().min(1).max(200).optional() });
const spending = z.strictObject({ spent_micros: count, reserved_micros: count, limit_micros: count.nullable() });
const budget = z.strictObject({
  key_id: z.string(),
  subject: z.string(),
  tenant: z.string(),
  created_at: count,
  exp: count.nullable(),
  revoked_at: count.nullable(),
  requests_per_minute: count.nullable(),
  concurrent_requests: count.nullable(),
  /** This UTC day and month; null for a key without a budget: what it spends is not counted. */
  day: spending.nullable(),
  month: spending.nullable(),
});

export const budgetsReply = z.strictObject({ budgets: z.array(budget), next: z.string().nullable(), currency: z.string(), now: count });

/** Keys that are read at once. */
const AT_ONCE = 25;

/** What keys may spend, have spent and have reserved: all of them for admins, else the caller's own. */
export function budgetsRoute(app: FastifyInstance, { knownKeys, policies, ports }: GatewayCore): void {
  const summary = "What keys may spend and have spent, this UTC day and month, by key id: for admins all or those of `tenant`, else the caller's own; `find` is a part of subject, tenant or key id, in small or capital letters; `after` is the `next` of the page before";
  app.get("/api/v1/budgets", { config: { asks: query, answers: budgetsReply }, schema: { summary } }, async (request): Promise<z.output<typeof budgetsReply>> => {
    const { tenant: named, limit, after, find } = readQuery(query, request.query);
    const tenant = seenTenant(request, named);
    const { permissions, evidence } = callerOf(request);
    const own = evidence.method === "api_key" ? evidence.keyId : undefined;
    const all = (await knownKeys.list()).filter(({ keyId, grant }) => (permissions.includes(ADMIN) ? tenant === undefined || grant.tenant === tenant : keyId === own));
    const rest = all.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1)).filter((key) => (after === undefined || key.keyId > after) && (find === undefined || isFound(key, find.toLowerCase())));
    const page = rest.slice(0, limit);
    const now = ports.door.now();
    const budgets: z.output<typeof budget>[] = [];
    for (let start = 0; start < page.length; start += AT_ONCE) {
      budgets.push(...(await Promise.all(page.slice(start, start + AT_ONCE).map(async (key) => budgetOf(key, await usageOf(key, now))))));
    }
    return { budgets, next: rest.length > page.length ? (page.at(-1)?.keyId ?? null) : null, currency: policies.snapshot.base.currency, now };
  });

  const usageOf = async ({ keyId, limits }: KeyRecord, now: number): Promise<{ readonly day: BudgetUsage; readonly month: BudgetUsage } | undefined> => {
    if (limits?.budget === undefined) return undefined;
    const [day, month] = await Promise.all([ports.stores.budgets.usage(keyId, "day", now), ports.stores.budgets.usage(keyId, "month", now)]);
    return { day, month };
  };
}

function isFound({ keyId, grant: { subject, tenant } }: KeyRecord, part: string): boolean {
  return [keyId, subject, tenant].some((text) => text.toLowerCase().includes(part));
}

function budgetOf({ keyId, grant, createdAt, exp, revokedAt, limits }: KeyRecord, usage: { readonly day: BudgetUsage; readonly month: BudgetUsage } | undefined): z.output<typeof budget> {
  const words = ({ spentMicros, reservedMicros }: BudgetUsage, limit: number | undefined): z.output<typeof spending> => ({ spent_micros: spentMicros, reserved_micros: reservedMicros, limit_micros: limit ?? null });
  return {
    ...{ key_id: keyId, subject: grant.subject, tenant: grant.tenant, created_at: createdAt, exp: exp ?? null, revoked_at: revokedAt ?? null },
    ...{ requests_per_minute: limits?.requestsPerMinute ?? null, concurrent_requests: limits?.concurrentRequests ?? null },
    day: usage === undefined ? null : words(usage.day, limits?.budget?.dayMicros),
    month: usage === undefined ? null : words(usage.month, limits?.budget?.monthMicros),
  };
}

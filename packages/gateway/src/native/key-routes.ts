import { randomBytes } from "node:crypto";

import { parsePrincipal } from "@caio/contracts";
import { CaioError, type JsonObject } from "@caio/core";
import { issueApiKey, type KeyGrant, type KeyLimits, type KeyRecord } from "@caio/security";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";

import { ADMIN, requirePermission } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { readQuery } from "../http/read-query.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";

const amount = z.int().min(0);
const limitsBody = z.strictObject({
  budget: z.strictObject({ day_micros: amount.optional(), month_micros: amount.optional() }).optional(),
  requests_per_minute: amount.max(10_000_000).optional(),
  concurrent_requests: amount.max(100_000).optional(),
});
const short = z.string().min(1).max(200);
const keyBody = z.strictObject({
  subject: short,
  tenant: short,
  permissions: z.array(short).max(100).default([]),
  trust: z.int().min(0).max(10).default(0),
  region: short.optional(),
  traits: z.record(short, z.unknown()).optional(),
  exp: z.int().min(0).optional(),
  limits: limitsBody.optional(),
});
const keyId = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/, "expected the 16 hex digits of a key id") });

type ById = FastifyRequest<{ Params: { id: string } }>;
const byId = { params: z.toJSONSchema(keyId, { target: "draft-7" }) };
/** Body and id have their own readers, whose errors say more: the schema is for those who read the API. */
const reads = (schema: z.ZodType): object => ({ body: z.toJSONSchema(schema, { target: "draft-7", io: "input" }) });
const unread = { validatorCompiler: () => () => true };

/** API keys, for admins: a key is shown once, and neither it nor its hash ever again. */
export function keyRoutes(app: FastifyInstance, { knownKeys, ports }: GatewayCore): void {
  const found = async ({ params }: ById): Promise<KeyRecord> => {
    const { id } = readQuery(keyId, params);
    const record = await knownKeys.find(id);
    if (record === undefined) throw new CaioError("NotFound", "No key with this id. List them: GET /api/v1/keys", { details: { key_id: id } });
    return record;
  };
  app.post("/api/v1/keys", { ...unread, schema: { summary: "Makes a key; the answer is the only place that ever shows it", ...reads(keyBody) } }, async (request, reply) => {
    requirePermission(callerOf(request), ADMIN);
    const { exp, limits, ...wanted } = readQuery(keyBody, request.body);
    const now = ports.door.now();
    if (exp !== undefined) requireFuture(exp, now);
    const optional = { ...(exp === undefined ? {} : { exp }), ...(limits === undefined ? {} : { limits: limitsOf(limits) }) };
    const { key, record } = issueApiKey(grantOf(wanted), { now, random: (size) => randomBytes(size), ...optional });
    await knownKeys.add(record);
    return await reply.code(201).header("cache-control", "no-store").send({ key, ...shown(record) });
  });
  app.get("/api/v1/keys", { schema: { summary: "All keys, without anything by which one could be used" } }, async (request) => {
    requirePermission(callerOf(request), ADMIN);
    return { keys: (await knownKeys.list()).map(shown) };
  });
  app.delete<{ Params: { id: string } }>("/api/v1/keys/:id", { ...unread, schema: { summary: "Ends a key for good, from the next request on", ...byId } }, async (request) => {
    requirePermission(callerOf(request), ADMIN);
    return await knownKeys.inTurn(request.params.id, async () => {
      const { keyId: id } = await found(request);
      await knownKeys.revoke(id, ports.door.now());
      return shown(await found(request));
    });
  });
  app.post<{ Params: { id: string } }>("/api/v1/keys/:id/rotate", { ...unread, schema: { summary: "Makes another key with the same rights and limits, and ends this one; shown once", ...byId } }, async (request, reply) => {
    requirePermission(callerOf(request), ADMIN);
    const { key, record } = await knownKeys.inTurn(request.params.id, async () => {
      const old = await found(request);
      const made = successorOf(old, ports.door.now());
      await knownKeys.add(made.record);
      await knownKeys.revoke(old.keyId, made.record.createdAt);
      return made;
    });
    return await reply.code(201).header("cache-control", "no-store").send({ key, ...shown(record), replaces: request.params.id });
  });
  app.put<{ Params: { id: string } }>("/api/v1/keys/:id/limits", { ...unread, schema: { summary: "Other limits in the place of those that a key has; none for one that was revoked", ...byId, ...reads(limitsBody) } }, async (request) => {
    requirePermission(callerOf(request), ADMIN);
    return await knownKeys.inTurn(request.params.id, async () => {
      const { keyId: id, revokedAt } = await found(request);
      if (revokedAt !== undefined) throw new CaioError("InvalidPrincipal", "The key has ended, and limits of it hold nothing. Set those of the one in its place: GET /api/v1/keys", { details: { key_id: id } });
      await knownKeys.setLimits(id, limitsOf(readQuery(limitsBody, request.body)));
      return shown(await found(request));
    });
  });
  app.get<{ Params: { id: string } }>("/api/v1/keys/:id/usage", { ...unread, schema: { summary: "What a key with a budget has spent and what is reserved, this UTC day and month; its own or, for admins, any", ...byId } }, async (request) => {
    const { evidence } = callerOf(request);
    if (evidence.method !== "api_key" || evidence.keyId !== request.params.id) requirePermission(callerOf(request), ADMIN);
    const { keyId: id, limits } = await found(request);
    const now = ports.door.now();
    const [day, month] = await Promise.all([ports.stores.budgets.usage(id, "day", now), ports.stores.budgets.usage(id, "month", now)]);
    const words = ({ spentMicros, reservedMicros }: typeof day, limit: number | undefined): JsonObject => ({ spent_micros: spentMicros, reserved_micros: reservedMicros, limit_micros: limit ?? null });
    return { key_id: id, day: words(day, limits?.budget?.dayMicros), month: words(month, limits?.budget?.monthMicros) };
  });
}

/** The first second of the year 10000: what is later was meant in milliseconds. */
const LATEST_EXP = 253_402_300_800;

/** @param now - milliseconds. @throws CaioError `InvalidRequest` for a second that has begun already, or is no second of this age */
function requireFuture(exp: number, now: number): void {
  if (exp * 1000 > now && exp < LATEST_EXP) return;
  const expected = `seconds since 1970, later than now (${String(Math.floor(now / 1000))}) and before the year 10000`;
  throw new CaioError("InvalidRequest", `exp: found ${String(exp)}, expected ${expected}. Leave it out for a key without end.`, { details: { at: "exp", expected } });
}

/** Another key with the rights, limits and end of one. @throws CaioError `InvalidPrincipal` if that has ended */
function successorOf({ keyId: id, grant, exp, limits, revokedAt }: KeyRecord, now: number): ReturnType<typeof issueApiKey> {
  if (revokedAt !== undefined || (exp !== undefined && exp * 1000 <= now)) {
    throw new CaioError("InvalidPrincipal", "The key has ended, and nothing follows from one that has. Make a new key.", { details: { key_id: id } });
  }
  return issueApiKey(grant, { now, random: (size) => randomBytes(size), ...(exp === undefined ? {} : { exp }), ...(limits === undefined ? {} : { limits }) });
}

/** The parser of principals says what a grant may be. @throws CaioError `InvalidPrincipal` with all problems */
function grantOf({ traits, ...wanted }: Omit<z.output<typeof keyBody>, "exp" | "limits">): KeyGrant {
  const document = { ...wanted, issuer: "gateway", evidence: { method: "api_key" }, ...(traits === undefined ? {} : { traits }) };
  const { subject, issuer, tenant, permissions, trust, region, traits: read } = parsePrincipal(JSON.stringify(document), { file: "<body>" });
  return { subject, issuer, tenant, permissions, trust, ...(region === undefined ? {} : { region }), ...(read === undefined ? {} : { traits: read }) };
}

function limitsOf({ budget, requests_per_minute: perMinute, concurrent_requests: concurrent }: z.output<typeof limitsBody>): KeyLimits {
  const { day_micros: day, month_micros: month } = budget ?? {};
  const money = { ...(day === undefined ? {} : { dayMicros: day }), ...(month === undefined ? {} : { monthMicros: month }) };
  return {
    ...(budget === undefined ? {} : { budget: money }),
    ...(perMinute === undefined ? {} : { requestsPerMinute: perMinute }),
    ...(concurrent === undefined ? {} : { concurrentRequests: concurrent }),
  };
}

/** What may be said of a key: never its hash. */
function shown({ keyId: id, grant, createdAt, exp, revokedAt, limits }: KeyRecord): JsonObject {
  const { budget, requestsPerMinute, concurrentRequests } = limits ?? {};
  return {
    key_id: id,
    subject: grant.subject,
    tenant: grant.tenant,
    permissions: [...grant.permissions],
    trust: grant.trust,
    region: grant.region ?? null,
    created_at: createdAt,
    exp: exp ?? null,
    revoked_at: revokedAt ?? null,
    limits: {
      budget: budget === undefined ? null : { day_micros: budget.dayMicros ?? null, month_micros: budget.monthMicros ?? null },
      requests_per_minute: requestsPerMinute ?? null,
      concurrent_requests: concurrentRequests ?? null,
    },
  };
}

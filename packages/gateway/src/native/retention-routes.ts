import { CaioError, type JsonObject } from "@caio/core";
import type { RetentionRun } from "@caio/traceability";
import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { ADMIN, requirePermission } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { readQuery } from "../http/read-query.ts";
import { requireRetention } from "../wiring/follow-retention.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";

const time = z.int().min(0);
const wanted = z.strictObject({
  openings: time.optional(),
  certificates: time.optional(),
  decisions: time.optional(),
  versions: time.optional(),
  dry_run: z.boolean().default(false),
});
/** The body has its own reader: the schema is for those who read the API. */
const reads = { validatorCompiler: () => () => true };
const body = z.toJSONSchema(wanted, { target: "draft-7", io: "input" });

/** What retention removed, and removing more: for admins. */
export function retentionRoutes(app: FastifyInstance, { config, ports }: GatewayCore): void {
  app.get("/api/v1/retention", { schema: { summary: "How long decisions are kept, and what was removed when, for admins" } }, async (request) => {
    requirePermission(callerOf(request), ADMIN);
    const { openingsMs, certificatesMs, decisionsMs, versionsMs, everyMs } = config.retention ?? {};
    const ages = { openings_ms: openingsMs ?? null, certificates_ms: certificatesMs ?? null, decisions_ms: decisionsMs ?? null, versions_ms: versionsMs ?? null, every_ms: everyMs ?? null };
    return { kept: ages, runs: (await (ports.stores.retention?.runs() ?? [])).map(shown) };
  });
  app.post("/api/v1/retention", { ...reads, schema: { summary: "Removes what is before these times, or counts it (dry_run), for admins", body } }, async (request) => {
    requirePermission(callerOf(request), ADMIN);
    const { dry_run: dryRun, ...cutoffs } = readQuery(wanted, request.body);
    const now = ports.door.now();
    const late = Object.entries(cutoffs).find(([, before = 0]) => before > now);
    if (late !== undefined) throw new CaioError("InvalidRequest", `${late[0]}: found a time that is still to come, expected one that is past.`, { details: { at: late[0] } });
    return { ...(await requireRetention(ports.stores.retention).retain(cutoffs, { at: now, dryRun })), dry_run: dryRun };
  });
}

function shown({ at, before, openings, certificates, entries, versions }: RetentionRun): JsonObject {
  const part = ({ count, range }: RetentionRun["entries"]): JsonObject => ({ count, first: range?.[0] ?? null, last: range?.[1] ?? null });
  return { at, before, openings, certificates: part(certificates), entries: part(entries), versions: part(versions) };
}

import { contractDigest } from "@caio/contracts";
import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { ADMIN, METRICS } from "../../door/authenticate.ts";
import { callerOf } from "../../http/app.ts";
import { readQuery } from "../../http/read-query.ts";
import { unknownService, type GatewayCore } from "../../wiring/gateway-core.ts";
import { evidenceReply, pairReply } from "./evidence-reply.ts";
import { BUCKET_MS } from "./evidence-series.ts";

const query = z.object({ since: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0) });

/** The promises of a service against what was measured, minute by minute. */
export function evidenceRoute(app: FastifyInstance, { registry, watch, evidence, circuits, policies, orchestrator, ports }: GatewayCore): void {
  const summary = "How the promises of a service went, minute by minute since the gateway began: the bounds, what was measured, verdicts and circuit; traffic for admins and who has caio.metrics, since it is that of all tenants";
  app.get<{ Params: { id: string } }>("/api/v1/services/:id/evidence", { config: { asks: query, answers: evidenceReply }, schema: { summary } }, async (request): Promise<z.output<typeof evidenceReply>> => {
    const { id } = request.params;
    const { since } = readQuery(query, request.query);
    const { permissions, tenant } = callerOf(request);
    const all = registry.snapshot();
    const entry = (permissions.includes(ADMIN) ? all : all.view(tenant)).service(id);
    if (entry === undefined) throw unknownService(id);
    // Whoever asks right after an answer is told of that call, too.
    await orchestrator.settled();
    const shown = { contract: contractDigest(entry.contract), traffic: [ADMIN, METRICS].some((permission) => permissions.includes(permission)) };
    return {
      ...{ service_id: id, since: evidence.since, now: ports.door.now(), bucket_ms: BUCKET_MS, currency: policies.snapshot.base.currency },
      circuit: { state: circuits.state(id), changes: evidence.circuits(id).filter(({ at }) => at >= since) },
      pairs: watch.standings(id).map((pair) => pairReply(pair, evidence.of(pair, since), shown)),
    };
  });
}

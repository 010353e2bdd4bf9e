import type { FastifyInstance } from "fastify";

import { ADMIN, METRICS, requireAny } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { GATEWAY_VERSION, type GatewayCore } from "../wiring/gateway-core.ts";
import { docsRoutes } from "../docs/docs-routes.ts";
import { viewRoutes } from "../views/view-routes.ts";
import { replicaHealth } from "../wiring/replicas/replica-health.ts";
import { approvalRoutes } from "./approval-routes.ts";
import { backupRoutes } from "./backup-routes.ts";
import { cascadeRoutes } from "./cascade-routes.ts";
import { decisionRoutes } from "./decision-routes.ts";
import { eventRoutes } from "./event-routes.ts";
import { feedbackRoutes } from "./feedback-routes.ts";
import { keyRoutes } from "./key-routes.ts";
import { logRoutes } from "./log-routes.ts";
import { planRoutes } from "./plan-routes.ts";
import { policyRoutes } from "./policy-routes.ts";
import { qualityRoutes } from "./quality-routes.ts";
import { retentionRoutes } from "./retention-routes.ts";
import { serviceRoutes } from "./service-routes.ts";
import { traceRoutes } from "./trace-routes.ts";
import { verifyRoute } from "./verify-route.ts";

/** The API under `/api/v1`, and what every server has. */
export function nativeRoutes(app: FastifyInstance, core: GatewayCore): void {
  serviceRoutes(app, core);
  decisionRoutes(app, core);
  cascadeRoutes(app, core);
  planRoutes(app, core);
  approvalRoutes(app, core);
  feedbackRoutes(app, core);
  policyRoutes(app, core);
  qualityRoutes(app, core);
  traceRoutes(app, core);
  verifyRoute(app, core);
  logRoutes(app, core);
  keyRoutes(app, core);
  retentionRoutes(app, core);
  backupRoutes(app, core);
  eventRoutes(app, core);
  viewRoutes(app, core);
  const open = { config: { public: true } };
  app.get("/health", { ...open, schema: { summary: "Alive" } }, () => ({ status: "ok" }));
  app.get("/health/live", { ...open, schema: { summary: "The same as GET /health" } }, () => ({ status: "ok" }));
  app.get("/health/ready", { ...open, schema: { summary: "Ready to decide" } }, async () => {
    // Whoever asks must learn that the store has gone, since then nothing can be decided any more.
    await core.ports.stores.traces.size();
    return { status: "ok", ...replicaHealth(core), epoch: core.registry.snapshot().epoch, policy_version: core.policies.snapshot.version, log_size: core.traces.head.size };
  });
  app.get("/api/v1/version", { ...open, schema: { summary: "Versions" } }, () => ({ gateway: GATEWAY_VERSION, origin: core.config.origin }));
  app.get("/metrics", { schema: { summary: "Counts and times for Prometheus, of all tenants; for admins and who has caio.metrics" } }, async (request, reply) => {
    requireAny(callerOf(request), [ADMIN, METRICS]);
    const { type, body } = await core.metrics.text();
    return reply.type(type).send(body);
  });
  docsRoutes(app);
}

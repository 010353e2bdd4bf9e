import type { FastifyInstance } from "fastify";

import type { GatewayCore } from "../wiring/gateway-core.ts";
import { budgetsRoute } from "./budgets/budgets-route.ts";
import { callerRoute } from "./caller/caller-route.ts";
import { controlRoute } from "./control/control-route.ts";
import { decisionsRoute } from "./decisions/decisions-route.ts";
import { evidenceRoute } from "./evidence/evidence-route.ts";
import { whatIfRoute } from "./what-if/what-if-route.ts";

/** What people look at: the dashboard, and whoever draws one. */
export function viewRoutes(app: FastifyInstance, core: GatewayCore): void {
  callerRoute(app);
  decisionsRoute(app, core);
  evidenceRoute(app, core);
  budgetsRoute(app, core);
  whatIfRoute(app, core);
  controlRoute(app, core);
}

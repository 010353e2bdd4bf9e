import type { AddressInfo } from "node:net";

import { CaioError } from "@caio/core";
import type { FastifyInstance } from "fastify";

import type { GatewayConfig } from "./config/gateway-config.ts";
import { limitCallers } from "./door/limit-callers.ts";
import { openApp } from "./http/app.ts";
import { a2aRoutes } from "./a2a/a2a-routes.ts";
import { mcpRoutes } from "./mcp/mcp-routes.ts";
import { nativeRoutes } from "./native/native-routes.ts";
import { openAiRoutes } from "./openai/openai-routes.ts";
import { pageRoutes } from "./views/pages/page-routes.ts";
import { followRetention } from "./wiring/follow-retention.ts";
import { followAll } from "./wiring/watch/follow-all.ts";
import { openCore, type GatewayCore } from "./wiring/gateway-core.ts";
import type { GatewayPorts } from "./wiring/gateway-ports.ts";

/** A gateway that is open; `address` is where it listens. */
export interface Gateway {
  readonly app: FastifyInstance;
  readonly core: GatewayCore;
  /** Starts to listen as the configuration says. */
  listen(): Promise<string>;
  /** Takes no new requests, waits for those in flight, closes what is behind. */
  close(): Promise<void>;
}

/** How long requests whose callers were cut off may take to end, milliseconds: a service may not hear that its call was cancelled. */
const ENDING_MS = 2000;

/**
 * Opens a gateway over its ports. Nothing listens yet.
 *
 * @param basePolicy - id of the policy that holds for every request; it must be in the store
 */
export async function openGateway(config: GatewayConfig, ports: GatewayPorts, basePolicy: string): Promise<Gateway> {
  const core = await openCore(config, ports, basePolicy);
  await core.replica?.start();
  const app = await openApp(core);
  limitCallers(app, core);
  nativeRoutes(app, core);
  openAiRoutes(app, core);
  mcpRoutes(app, core);
  a2aRoutes(app, core);
  await pageRoutes(app, core);
  const checkpoints = setInterval(() => {
    core.signer.signIfDue(ports.door.now()).catch((fault: unknown) => ports.onFault?.("checkpoint", fault));
  }, 250);
  checkpoints.unref();
  const retention = followRetention(core, app);
  const followers = followAll(core, app);
  ports.fabric?.start({ registry: core.registry, traces: core.traces, store: ports.stores.traces });
  return {
    app,
    core,
    listen: async () => {
      await app.listen(config.listen).catch((error: unknown) => {
        throw cannotListen(config, error);
      });
      return addressOf(app, config);
    },
    close: async () => {
      clearInterval(checkpoints);
      await core.replica?.stop();
      retention.stop();
      core.approvals.close();
      await followers.stop();
      await app.close();
      // Those who were cut off are cancelled, and that is an outcome, too.
      await within(ENDING_MS, core.orchestrator.idle());
      await core.orchestrator.learnNow().catch((fault: unknown) => ports.onFault?.("history", fault));
      await ports.tracing?.close().catch((fault: unknown) => ports.onFault?.("telemetry", fault));
      await ports.executor.close();
      await ports.encoder?.close?.();
      await ports.fabric?.stop();
      await ports.stores.close();
    },
  };
}

async function within(ms: number, end: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([end, new Promise((resolve) => { timer = setTimeout(resolve, ms); })]);
  clearTimeout(timer);
}

function cannotListen({ listen: { host, port } }: GatewayConfig, error: unknown): CaioError<"ServiceUnavailable"> {
  const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const next = reason === "EADDRINUSE" ? "Something else listens there: choose another port, or 0 for any that is free." : "Choose another host or port.";
  return new CaioError("ServiceUnavailable", `The gateway cannot listen on ${host}:${String(port)} (${reason}). ${next}`, { details: { host, port, reason }, cause: error });
}

function addressOf(app: FastifyInstance, { listen }: GatewayConfig): string {
  const { port } = app.server.address() as AddressInfo;
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  return `http://${host}:${String(port)}`;
}

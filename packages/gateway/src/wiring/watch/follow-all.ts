import type { FastifyInstance } from "fastify";

import type { GatewayCore } from "../gateway-core.ts";
import { followRegistry } from "./follow-registry.ts";

/** Milliseconds between two states of the monitor that are kept. */
const KEEP_EVERY_MS = 5000;

/** What runs beside the requests of a gateway. */
export interface Followers {
  /** Lets all listeners go, and keeps what is known. */
  stop(): Promise<void>;
}

/** Keeps up with the registry, logs what an operator should know, and keeps the evidence on services. */
export function followAll(core: GatewayCore, { log }: Pick<FastifyInstance, "log">): Followers {
  const { registry, watch, evidence, circuits, feed, orchestrator, ports } = core;
  const { monitor, onFault } = ports;
  const stop = new AbortController();
  const remeasure: Parameters<typeof followRegistry>[1]["remeasure"] = (pairs) => { orchestrator.remeasure(pairs); };
  const expect: Parameters<typeof followRegistry>[1]["expect"] = (contracts) => { orchestrator.expect(contracts); };
  followRegistry(registry, { watch, evidence, circuits, feed, remeasure, expect }, stop.signal).catch((fault: unknown) => onFault?.("registry", fault));
  const listener = feed.listen(({ kind }) => kind === "verdict" || kind === "circuit" || kind === "witness" || kind === "quality");
  const logAll = async (): Promise<void> => {
    for await (const { kind, details } of listener) {
      if (kind === "witness") log.error({ event: kind, ...details }, "the log of another instance does not continue what it was");
      else if (kind === "quality") log.warn({ event: kind, ...details }, "a promise of quality: savings were released or given up");
      else log.warn({ event: kind, ...details }, kind === "verdict" ? "the verdict on a promise changed" : "the circuit of a service changed");
    }
  };
  logAll().catch((fault: unknown) => onFault?.("log", fault));
  const keep = async (): Promise<void> => {
    await monitor?.save(watch.snapshot()).catch((fault: unknown) => onFault?.("monitor", fault));
  };
  const keeping = monitor === undefined ? undefined : setInterval(() => { void keep(); }, KEEP_EVERY_MS);
  keeping?.unref();
  return {
    stop: async () => {
      stop.abort();
      clearInterval(keeping);
      feed.close();
      await keep();
    },
  };
}

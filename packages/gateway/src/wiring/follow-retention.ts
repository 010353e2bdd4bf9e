import { CaioError } from "@caio/core";
import type { RetentionStore } from "@caio/traceability";
import type { FastifyInstance } from "fastify";

import { cutoffsAt } from "../config/retention-terms.ts";
import type { GatewayCore } from "./gateway-core.ts";

/** Milliseconds from the start to the first run: whoever waits for a gateway that starts need not wait for that, too. */
const FIRST_MS = 60_000;
/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What removes decisions that are too old, beside the requests. */
export interface RetentionFollower {
  /** Begins no other run. One that is under way ends with the store, and the next start takes it up. */
  stop(): void;
}

/**
 * Removes what is too old, as often as the configuration says.
 *
 * @throws CaioError `InvalidField` if the configuration asks for what the stores cannot do
 */
export function followRetention({ config: { retention }, ports: { stores, door, onFault }, metrics }: Pick<GatewayCore, "config" | "ports" | "metrics">, { log }: Pick<FastifyInstance, "log">): RetentionFollower {
  if (retention === undefined) return { stop: () => undefined };
  const store = requireRetention(stores.retention);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const next = (ms: number): void => {
    if (stopped) return;
    timer = setTimeout(() => { void run(); }, Math.min(ms, LONGEST_TIMER_MS));
    timer.unref();
  };
  const run = async (): Promise<void> => {
    const now = door.now();
    try {
      const removed = await store.retain(cutoffsAt(retention, now), { at: now });
      metrics.removed(removed);
      if (Object.values(removed).some((count) => count > 0)) log.info({ event: "retention", ...removed }, "what is past its retention was removed");
    } catch (fault) {
      if (!stopped) onFault?.("retention", fault);
    }
    next(retention.everyMs);
  };
  next(Math.min(FIRST_MS, retention.everyMs));
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** @throws CaioError `InvalidField` for stores that keep everything */
export function requireRetention(store: RetentionStore | undefined): RetentionStore {
  if (store !== undefined) return store;
  throw new CaioError("InvalidField", "retention: these stores remove nothing. Use those of @caio/store-sql, or take retention out of the configuration.", { details: { path: "retention" } });
}

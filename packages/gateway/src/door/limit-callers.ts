import type { Principal } from "@caio/contracts";
import { CaioError } from "@caio/core";
import type { KeyLimits } from "@caio/security";
import type { FastifyInstance, FastifyReply } from "fastify";

import type { GatewayCore } from "../wiring/gateway-core.ts";
import { TokenBuckets } from "./token-bucket.ts";

/**
 * Refuses what a caller asks beyond its limits, before it costs anything: requests a minute (the key's, else the configuration's) and
 * requests in flight (the key's). 429 with `Retry-After`. Runs after the door, on every route that asks for credentials.
 */
export function limitCallers(app: FastifyInstance, { config, ports, knownKeys }: Pick<GatewayCore, "config" | "ports" | "knownKeys">): void {
  const buckets = new TokenBuckets();
  const inFlight = new Map<string, number>();
  app.addHook("onRequest", async ({ caller }, reply) => {
    if (caller === null) return;
    const name = callerName(caller);
    const limits = await limitsOf(caller, knownKeys);
    const running = inFlight.get(name) ?? 0;
    if (running >= (limits.concurrentRequests ?? Number.POSITIVE_INFINITY)) {
      throw refusal(reply, `The key has ${String(running)} requests in flight, as many as it may. Wait for one to end.`, 1000);
    }
    const perMinute = limits.requestsPerMinute ?? config.limits.perKeyPerMinute;
    const waitMs = buckets.take(name, perMinute, ports.door.now());
    if (waitMs > 0) throw refusal(reply, `The key may make ${String(perMinute)} requests a minute. Send fewer, or ask for a higher limit.`, waitMs);
    if (limits.concurrentRequests === undefined) return;
    inFlight.set(name, running + 1);
    reply.raw.once("close", () => {
      const left = (inFlight.get(name) ?? 1) - 1;
      if (left > 0) inFlight.set(name, left);
      else inFlight.delete(name);
    });
  });
}

/** A token's `kid` names the issuer's key, not the caller: whoever comes with a token is its subject. */
function callerName({ evidence, issuer, subject }: Principal): string {
  return evidence.method === "api_key" && evidence.keyId !== undefined ? evidence.keyId : JSON.stringify([issuer, subject]);
}

async function limitsOf({ evidence }: Principal, keys: GatewayCore["knownKeys"]): Promise<KeyLimits> {
  if (evidence.method !== "api_key" || evidence.keyId === undefined) return {};
  return keys.lastLimits(evidence.keyId) ?? (await keys.find(evidence.keyId))?.limits ?? {};
}

/** A key that may ask nothing at all is told to come back in an hour: somebody may have raised its limit. */
const LONGEST_WAIT_S = 3600;

function refusal(reply: FastifyReply, message: string, waitMs: number): CaioError<"RateLimited"> {
  const seconds = Math.min(LONGEST_WAIT_S, Math.max(1, Math.ceil(waitMs / 1000)));
  reply.header("retry-after", String(seconds));
  return new CaioError("RateLimited", message, { details: { retry_after_s: seconds } });
}

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
  const rates = callerRates(config, ports);
  const inFlight = new Map<string, number>();
  app.addHook("onRequest", async ({ caller }, reply) => {
    if (caller === null) return;
    const name = callerName(caller);
    const limits = await limitsOf(caller, knownKeys);
    const running = inFlight.get(name) ?? 0;
    if (running >= (limits.concurrentRequests ?? Number.POSITIVE_INFINITY)) {
      throw refusal(reply, `The key has ${String(running)} requests in flight, as many as it may. Wait for one to end.`, 1000);
    }
    // Held before anything is waited for, so that those who come meanwhile see it.
    if (limits.concurrentRequests !== undefined) hold(inFlight, name, reply);
    const perMinute = limits.requestsPerMinute ?? config.limits.perKeyPerMinute;
    const waitMs = await rates(name, perMinute);
    if (waitMs > 0) throw refusal(reply, `The key may make ${String(perMinute)} requests a minute. Send fewer, or ask for a higher limit.`, waitMs);
  });
}

/** One more in flight, until its answer is over. */
function hold(inFlight: Map<string, number>, name: string, reply: FastifyReply): void {
  inFlight.set(name, (inFlight.get(name) ?? 0) + 1);
  reply.raw.once("close", () => {
    const left = (inFlight.get(name) ?? 1) - 1;
    if (left > 0) inFlight.set(name, left);
    else inFlight.delete(name);
  });
}

/** Takes one of so many a minute: 0 if it was taken, else the milliseconds until there is one. */
type TakeOne = (name: string, perMinute: number) => number | Promise<number>;

/** Requests a minute of this instance, or of all of them together. */
function callerRates({ replicas }: GatewayCore["config"], { door, replica }: GatewayCore["ports"]): TakeOne {
  const buckets = new TokenBuckets();
  const own: TakeOne = (name, perMinute) => buckets.take(name, perMinute, door.now());
  const shared = replicas.rates === "shared" ? replica?.rates : undefined;
  if (shared === undefined) return own;
  return async (name, perMinute) => {
    try {
      const { counted, endsInMs } = await shared.count(name);
      return counted > perMinute ? endsInMs : 0;
    } catch (error) {
      if (replicas.ratesWhenAway === "own") return await own(name, perMinute);
      throw error;
    }
  };
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

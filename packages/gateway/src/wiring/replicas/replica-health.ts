import { CaioError, type JsonObject } from "@caio/core";

import type { GatewayCore } from "../gateway-core.ts";
import { sharedKinds } from "./shared-news.ts";

/**
 * How an instance stands among the others; nothing for one that is alone. What is wrong with the log of another one is told here and makes this
 * one no less ready.
 *
 * @throws CaioError `ServiceUnavailable` while what it knows of registry, policies or keys is stale: others may know better
 */
export function replicaHealth({ config, replica }: Pick<GatewayCore, "config" | "replica">): JsonObject {
  if (replica === undefined) return {};
  const ages = Object.fromEntries(sharedKinds.map((kind) => [kind, replica.follower.ageMs(kind)]));
  const { staleAfterMs } = config.replicas;
  if (Object.values(ages).some((age) => age > staleAfterMs)) {
    const message = `This instance has not confirmed what it shares with others within ${String(staleAfterMs)} ms.`;
    throw new CaioError("ServiceUnavailable", message, { details: { reason: "stale_snapshot", confirmed_ms_ago: ages, bound_ms: staleAfterMs, retry_after_s: 1 } });
  }
  const findings = replica.witness.findings.map(({ kind, origin, message }) => ({ finding: kind, origin, message }));
  return { instance: replica.ports.instance, confirmed_ms_ago: ages, ...(findings.length === 0 ? {} : { status: "attention", findings }) };
}

import { CaioError } from "@caio/core";
import type { SnapshotFreshness } from "@caio/orchestrator";

import type { ReplicaTerms } from "../../config/replica-terms.ts";
import type { SharedFollower } from "./shared-follower.ts";

/**
 * How long ago the snapshots of this instance were confirmed, as a decision asks for it.
 *
 * @returns throws CaioError `ServiceUnavailable` where the configuration wants no decision on stale ones
 */
export function snapshotFreshness(follower: Pick<SharedFollower, "ageMs">, { staleAfterMs: boundMs, stale }: ReplicaTerms): () => SnapshotFreshness {
  return () => {
    const registry = { confirmedMsAgo: follower.ageMs("registry"), boundMs };
    const policy = { confirmedMsAgo: follower.ageMs("policies"), boundMs };
    if (stale === "refuse" && Math.max(registry.confirmedMsAgo, policy.confirmedMsAgo) > boundMs) throw staleSnapshot(registry.confirmedMsAgo, policy.confirmedMsAgo, boundMs);
    return { registry, policy };
  };
}

function staleSnapshot(registry: number, policy: number, bound: number): CaioError<"ServiceUnavailable"> {
  const message = `This instance has not confirmed its registry for ${String(registry)} ms and its policies for ${String(policy)} ms; the bound is ${String(bound)} ms, and nothing is decided on older ones. Ask another instance, or try again.`;
  return new CaioError("ServiceUnavailable", message, { details: { reason: "stale_snapshot", registry_confirmed_ms_ago: registry, policy_confirmed_ms_ago: policy, bound_ms: bound, retry_after_s: 1 } });
}

import type { RegistryView } from "@caio/registry";

import type { Freshness, SnapshotFreshness } from "./freshness.ts";
import type { HistorySnapshot } from "./history-snapshot.ts";
import type { PolicySnapshot } from "./policy-snapshot.ts";

/**
 * R, P and H of one decision: immutable values, each with the place of its version in the log; null until it is logged
 * (calculus §1). A replica says how long ago R and P were confirmed to be the newest.
 */
export interface DecisionInputs {
  readonly registry: { readonly view: RegistryView; readonly logIndex: number | null; readonly freshness?: Freshness | undefined };
  readonly policy: { readonly snapshot: PolicySnapshot; readonly logIndex: number | null; readonly freshness?: Freshness | undefined };
  readonly history: { readonly snapshot: HistorySnapshot; readonly logIndex: number | null };
}

/** The inputs with how long ago R and P were confirmed to be the newest. */
export function dated({ registry, policy, history }: DecisionInputs, freshness: SnapshotFreshness | undefined): DecisionInputs {
  if (freshness === undefined) return { registry, policy, history };
  return { registry: { ...registry, freshness: freshness.registry }, policy: { ...policy, freshness: freshness.policy }, history };
}

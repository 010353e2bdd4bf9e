import type { RegistryView } from "@caio/registry";

import type { HistorySnapshot } from "./history-snapshot.ts";
import type { PolicySnapshot } from "./policy-snapshot.ts";

/**
 * R, P and H of one decision: immutable values, each with the place of its version in the log; null until it is logged
 * (calculus §1).
 */
export interface DecisionInputs {
  readonly registry: { readonly view: RegistryView; readonly logIndex: number | null };
  readonly policy: { readonly snapshot: PolicySnapshot; readonly logIndex: number | null };
  readonly history: { readonly snapshot: HistorySnapshot; readonly logIndex: number | null };
}

import type { Staleness } from "@caio/traceability";

/**
 * How old the news is that a snapshot is the newest one, and how old it may be before a decision on it has to say so. Milliseconds, whole.
 * Where one process alone makes all versions there is nothing to confirm, and no freshness.
 */
export interface Freshness {
  readonly confirmedMsAgo: number;
  readonly boundMs: number;
}

/** Of the two kinds of snapshots that other instances may change. */
export interface SnapshotFreshness {
  readonly registry: Freshness;
  readonly policy: Freshness;
}

/** What a decision has to say of a snapshot that was confirmed too long ago (certificate §3); nothing if it is fresh. */
export function staleness(freshness: Freshness | undefined): { readonly stale?: Staleness } {
  if (freshness === undefined || freshness.confirmedMsAgo <= freshness.boundMs) return {};
  return { stale: { confirmedMsAgo: freshness.confirmedMsAgo, boundMs: freshness.boundMs } };
}

/** What a decision says of the age of its snapshots, in words. */
export function stalenessLines(stale: { readonly registry?: Staleness | undefined; readonly policy?: Staleness | undefined }): readonly string[] {
  return ([["registry", stale.registry], ["policies", stale.policy]] as const).flatMap(([what, age]) =>
    age === undefined ? [] : [`Decided on ${what === "registry" ? "a registry that was" : "policies that were"} last confirmed to be the newest ${seconds(age.confirmedMsAgo)} before; the bound is ${seconds(age.boundMs)}.`],
  );
}

function seconds(ms: number): string {
  return `${String(ms / 1000)} s`;
}

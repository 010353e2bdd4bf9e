import type { PastDecision } from "./past-decision.ts";

/** The reward that every log has: whether the call succeeded. */
export const OUTCOME = "outcome";

const MICRO = 1_000_000;

/**
 * What a decision was worth, 0 … 1: of `outcome` 1 if its last attempt succeeded, else 0; of an aspect of feedback the score that was said last.
 * Undefined if nobody knows.
 */
export function rewardOf({ attempts, feedback }: PastDecision, name: string): number | undefined {
  if (name !== OUTCOME) {
    const micros = feedback.get(name);
    return micros === undefined ? undefined : micros / MICRO;
  }
  const last = attempts.findLast(({ status }) => status !== "cancelled");
  if (last === undefined) return undefined;
  return last.status === "success" ? 1 : 0;
}

/** What all attempts cost, micros; undefined if none was made, or one does not say. */
export function measuredCost({ attempts }: PastDecision): number | undefined {
  if (attempts.length === 0) return undefined;
  let sum = 0;
  for (const { costMicros } of attempts) {
    if (costMicros === null) return undefined;
    sum += costMicros;
  }
  return sum;
}

/** How long all attempts took, microseconds; undefined if none was made. */
export function measuredLatency({ attempts }: PastDecision): number | undefined {
  return attempts.length === 0 ? undefined : attempts.reduce((sum, { latencyUs }) => sum + latencyUs, 0);
}

/** Aspects that something was said of, with how many decisions. */
export function aspectsOf(decisions: readonly PastDecision[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { feedback } of decisions) for (const aspect of feedback.keys()) counts.set(aspect, (counts.get(aspect) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

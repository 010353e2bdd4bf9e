import { compareCandidates, type Candidate, type RequestDocument } from "@caio/contracts";
import type { PolicySet } from "@caio/rules";

import { selectedCandidate, type ChosenDecision } from "../../decision.ts";
import type { Attempt } from "../orchestration.ts";

/** What an attempt has used up of the limits it was decided under. */
export interface Spent {
  readonly elapsedUs: number;
  readonly spentMicros: number;
}

/**
 * The request of a fallback: the same, with the budget and the time that remain (calculus §7). Undefined if no time does.
 *
 * @param decision - the decision of the attempt that failed: its limits are what remained before it
 */
export function remainingDocument(
  document: RequestDocument,
  decision: ChosenDecision,
  policy: PolicySet,
  { elapsedUs, spentMicros }: Spent,
): RequestDocument | undefined {
  const { budgetMicros, latencyUs, deadlineUs } = decision.outcome.limits;
  const timeUs = deadlineUs === null ? null : deadlineUs - Math.ceil(elapsedUs);
  if (timeUs !== null && timeUs <= 0) return undefined;
  const budget = budgetMicros === null ? {} : { budgetMicros: Math.max(0, budgetMicros - spentMicros), currency: policy.currency };
  const latency = latencyUs === null ? {} : { latencyUs: timeUs === null ? latencyUs : Math.min(latencyUs, timeUs) };
  const time = timeUs === null ? {} : { deadlineUs: timeUs };
  return { ...document, limits: { ...document.limits, ...budget, ...latency, ...time } };
}

/** What an attempt cost; one that did not say counts with the most it was allowed, one that was not sent with nothing. Micro-units of the policy's currency. */
export function spentMicros({ enforcement, decision, sent }: Attempt): number {
  if (!sent) return 0;
  return enforcement.costMicros ?? decision.outcome.promise.perCall.costCapMicros ?? 0;
}

/** The pairs that may not be chosen again, in (service, model) order. */
export function excludedBy(before: readonly Candidate[], decision: ChosenDecision): readonly Candidate[] {
  return [...before, selectedCandidate(decision)].sort(compareCandidates);
}

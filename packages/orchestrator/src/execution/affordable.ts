import type { RequestDocument, RequestLimits } from "@caio/contracts";
import type { PolicySet } from "@caio/rules";

import { effectiveLimits } from "../effective-limits.ts";
import type { PlanDocument } from "../plan/plan-document.ts";

/**
 * The request under what its caller has left: the smaller of both is the budget of the decision, so that a service that costs more is not
 * admissible (calculus §5, G_budget) and one that costs less is chosen in its place.
 *
 * @param remainingMicros - micro-units of the policy's currency
 */
export function affordable(document: RequestDocument, policy: PolicySet, remainingMicros: number): RequestDocument {
  return { ...document, limits: affordableLimits(document.limits, policy, remainingMicros) };
}

/** The same for all steps of a plan together. */
export function affordablePlan(document: PlanDocument, policy: PolicySet, remainingMicros: number): PlanDocument {
  // What the policy allows one request is no limit of the whole.
  return { ...document, limits: affordableLimits(document.limits, { ...policy, limits: {} }, remainingMicros) };
}

function affordableLimits<T extends RequestLimits>(limits: T, policy: PolicySet, remainingMicros: number): T {
  const { budget, budgetWithoutRate } = effectiveLimits(limits, policy);
  // A budget in a currency without a rate admits nobody: that is what the caller has to be told.
  if (budgetWithoutRate || (budget !== null && budget <= remainingMicros)) return limits;
  return { ...limits, budgetMicros: remainingMicros, currency: policy.currency };
}

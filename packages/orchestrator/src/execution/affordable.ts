import type { RequestDocument } from "@caio/contracts";
import type { PolicySet } from "@caio/rules";

import { effectiveLimits } from "../effective-limits.ts";

/**
 * The request under what its caller has left: the smaller of both is the budget of the decision, so that a service that costs more is not
 * admissible (calculus §5, G_budget) and one that costs less is chosen in its place.
 *
 * @param remainingMicros - micro-units of the policy's currency
 */
export function affordable(document: RequestDocument, policy: PolicySet, remainingMicros: number): RequestDocument {
  const { budget, budgetWithoutRate } = effectiveLimits(document.limits, policy);
  // A budget in a currency without a rate admits nobody: that is what the caller has to be told.
  if (budgetWithoutRate || (budget !== null && budget <= remainingMicros)) return document;
  return { ...document, limits: { ...document.limits, budgetMicros: remainingMicros, currency: policy.currency } };
}

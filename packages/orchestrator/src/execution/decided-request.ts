import type { Candidate, Request } from "@caio/contracts";
import type { Digest } from "@caio/core";

import type { RoutingDecision } from "../decision.ts";
import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import type { PlanDecision } from "../plan/caio-plan.ts";
import type { PlanRequest } from "../plan/plan-request.ts";

/** A decision with everything it was made from: enough to make it again. */
export interface DecidedRequest {
  readonly request: Request;
  readonly inputs: DecisionInputs;
  readonly decision: RoutingDecision;
}

/** A plan that was decided, with everything it was made from. */
export interface DecidedPlan {
  readonly request: PlanRequest;
  readonly inputs: DecisionInputs;
  readonly decision: PlanDecision;
}

/** Where a decision stands in a chain of fallbacks or among the steps of a plan. */
export interface Place {
  readonly decisionKey: Digest;
  readonly testKey: boolean;
  readonly parent: Digest | undefined;
  readonly excluded: readonly Candidate[];
  /** The request was decided before: what it says is not said anew. */
  readonly again?: boolean;
}

// The decision
export { caioRoute } from "./route.ts";
export {
  clauses,
  DECISION_VERSION,
  type ChosenDecision,
  type Clause,
  type RefusedDecision,
  type Rejected,
  type RoutingDecision,
  type Step,
  type Verdict,
} from "./decision.ts";
export type { DecisionInputs } from "./inputs.ts";
export { HistorySnapshot } from "./history-snapshot.ts";
export { PolicySnapshot, type CompiledPolicy } from "./policy-snapshot.ts";
export { childKey, derive, identityOf, type DecisionIdentity } from "./identity.ts";
export { commitToRequest, committedValues, type RequestCommitments } from "./commitment.ts";

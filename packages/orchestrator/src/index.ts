// The decision
export { caioRoute } from "./route.ts";
export {
  clauses,
  DECISION_VERSION,
  selectedCandidate,
  type ChosenDecision,
  type Clause,
  type RefusedDecision,
  type Rejected,
  type RoutingDecision,
  type Step,
  type Verdict,
} from "./decision.ts";
export {
  decimal,
  explainDecision, exploredScore,
  guaranteeText,
  milliseconds,
  nameOf,
  rejectionReason,
  type Explainable,
  type Explanation,
} from "./explanation.ts";

// What would have changed it
export {
  nearestCounterfactual,
  type Counterfactual,
  type Counterfactuals,
  type Obstacle,
} from "./counterfactual/nearest-counterfactual.ts";
export { smallestWeightFlips, weightNames, type ScoredField, type WeightFlip } from "./counterfactual/weight-flips.ts";
export { alternativeLines, changeText, lotLines, obstacleLine } from "./counterfactual/alternative-words.ts";
export { choiceChances } from "./counterfactual/choice-chances.ts";
export type { ChangedWeight, DroppedDemand, SingleChange } from "./counterfactual/single-change.ts";

// What it is made from
export { commitToRequest, effectiveLabels, type RequestCommitments } from "./commitment.ts";
export { committedValues } from "./committed-values.ts";
export { effectiveLimits, type EffectiveLimits } from "./effective-limits.ts";
export { HistorySnapshot, historyLeafWire } from "./inputs/history-snapshot.ts";
export { childKey, derive, identityOf, type DecisionIdentity } from "./identity.ts";
export type { DecisionInputs } from "./inputs/decision-inputs.ts";
export type { Freshness, SnapshotFreshness } from "./inputs/freshness.ts";
export { PolicySnapshot, type CompiledPolicy } from "./inputs/policy-snapshot.ts";
export { stampRequest, type Stamp } from "./execution/stamp.ts";
export { callerDigest, learningRecord, parseLearningRecord, type LearnedFields, type LearningRecord } from "./execution/learning-record.ts";
export { isLearnable, outcomeOfEntry, type UnlearnedEntry } from "./execution/unlearned-entry.ts";

// The terms of the score
export { choose, tieDigest, type Choice, type ChoiceInput, type Propensity, type Scored } from "./choice.ts";
export { worstCaseCost, type Usage, type WorstCaseCost } from "./cost.ts";
export {
  computeCostPenalty,
  computeLatencyPenalty,
  computeRiskPenalty,
  scoreService,
  type ScoreFrame,
  type ScoreTerms,
} from "./steps/score.ts";

// Bundles and replay
export { createStoredBundle, type StoredDecision } from "./bundle/stored-decision.ts";
export { openingOf, openingOfDecision } from "./bundle/opening.ts";
export { createBundle, createStatement, type BundleParts } from "./bundle/create-bundle.ts";
export { discloseValues, withheldPaths, type Disclosure } from "./bundle/disclosure.ts";
export { explainStatement, type BundleExplanation } from "./bundle/explain-statement.ts";
export { bundleCertificate, parseBundle } from "./bundle/read-bundle.ts";
export { compareReplay, replay, type ReplayComparison } from "./bundle/replay.ts";
export { fromWorldFile, toWorldFile, type DecisionWorld } from "./bundle/world-file.ts";

// Execution
export { InMemoryHistoryStore } from "./execution/in-memory-history-store.ts";
export type { DecidedPlan, DecidedRequest, Place } from "./execution/decided-request.ts";
export { Orchestrator, type OrchestrateOptions } from "./execution/orchestrator.ts";
export type { Attempt, Failed, Orchestration, OrchestrationEvent, Refused, Succeeded } from "./execution/orchestration.ts";
export type { MonitorPort } from "./execution/monitor-port.ts";
export type { RetryBudget } from "./execution/retry-budget.ts";
export type { CostlyCall, Reserved, Spending, Unaffordable } from "./execution/spending.ts";
export type { ApprovalAnswer, ApprovalRequest, Door, OrchestratorPorts } from "./execution/orchestrator-ports.ts";

// Plans
export { caioPlan, type PlanDecision } from "./plan/caio-plan.ts";
export { certifiedChoice, type Appraised } from "./plan/certified-choice.ts";
export { choosePlan, type ChosenPlan, type NoPlan, type PlanChoice, type PlanPick, type PlanProof } from "./plan/choice/choose-plan.ts";
export type { BrokenLimit } from "./plan/choice/broken-limits.ts";
export type { PlanProblem, PlanStep } from "./plan/choice/plan-problem.ts";
export { parsePlanDocument, stepNames, type PlanDemands, type PlanDocument, type PlanTerms, type RequestReader } from "./plan/plan-document.ts";
export { orchestratePlan, type PlanOptions, type PlanOrchestration, type StepResult } from "./plan/plan-orchestration.ts";
export { createStoredPlanBundle, type StoredPlan } from "./plan/stored-plan.ts";
export { createPlanBundle, readPlanLog, type PlanBundleParts, type PlanLogPlace } from "./plan/plan-bundle.ts";
export type { PlanRequest } from "./plan/plan-request.ts";
export { stampPlan, stepDocuments, type PlanPlace, type PlanStamp, type StepReading } from "./plan/stamped-plan.ts";

export { parseCascadeDocument, type CascadeDocument } from "./cascade/cascade-document.ts";
export {
  orchestrateCascade,
  type CascadeOptions,
  type CascadeOrchestration,
  type CascadePart,
  type EscalationReason,
} from "./cascade/orchestrate-cascade.ts";

// Decisions on several cores
export { DecisionPool, type DecisionPoolOptions } from "./pool/decision-pool.ts";
export type { PoolInputs } from "./pool/pool-inputs.ts";
export type { PoolCommand, PooledDecision, PoolReply, SentDecision, SentPart } from "./pool/pool-message.ts";
export type { DecisionWorker } from "./pool/pool-thread.ts";
export { decisionThreadProgram, runDecisionThread, type ThreadPort } from "./pool/run-decision-thread.ts";

// Outcome tables
export { scoreAt, selectPrompts, type OutcomeTable, type PricedModel } from "./table/outcome-table.ts";
export { readOutcomesCsv } from "./table/read-outcomes-csv.ts";
export { readPrices, readUlab } from "./table/read-ulab.ts";
export { nearDuplicateGroups, splitByGroup, type Split } from "./table/split-groups.ts";
export { estimatedTokens } from "./table/token-estimate.ts";

// Estimators
export { fitLogistic } from "./estimator/logistic.ts";
export { fitPlainNearest } from "./estimator/plain-nearest.ts";
export type { Predictor, SeenPrompt } from "./estimator/predictor.ts";
export { fitRidge, meanScore } from "./estimator/ridge.ts";
export { fitValueModel, type ValueModelOptions } from "./estimator/fit-value-model.ts";

// Choosing by quality and cost
export { hullArea, qualityCostHull, type QualityCost } from "./routing/quality-cost-hull.ts";
export { chooseByTrade, chosenOf, meanOf, promptsOf, type PromptMatrix } from "./routing/trade-curve.ts";

// Off-policy evaluation
export { evaluatePolicy, type Bounds, type Evaluation, type EvaluationOptions } from "./evaluation/evaluate-policy.ts";
export type { Estimate } from "./evaluation/estimate.ts";
export { groupedMean } from "./evaluation/grouped-mean.ts";
export type { Chance, LoggedRow, OpenAction, RewardRange } from "./evaluation/logged-row.ts";
export { diagnoseOverlap, lackOfOverlap, type NoOverlapReason, type Overlap, type OverlapFloors } from "./evaluation/overlap.ts";
export { armMeans, crossFit, type FitRewards, type RewardModel, type RowPrediction } from "./evaluation/reward-model.ts";

// Quality as a guarantee
export { chooseTradeOff, type ChosenTradeOff, type TradeOffEvidence, type TradeOffTest } from "./quality/choose-trade-off.ts";
export type { QualityTerms } from "./quality/quality-terms.ts";
export {
  afterAudit,
  afterPrompt,
  capitalOfWatch,
  giveUp,
  newQualityWatch,
  type AbstainReason,
  type QualityDecision,
  type QualityWatch,
  type QualityWatchTerms,
} from "./quality/quality-watch.ts";
export { isUnlike, likenessPpm, shiftReference, unlikeness, type ShiftReference } from "./quality/shift-reference.ts";

// Tuning of weights
export { paretoFront, type Worth } from "./tuning/pareto-front.ts";
export { bestFor, searchWeights, simplified, worthOf, type SearchTerms, type TriedWeights } from "./tuning/search-weights.ts";
export { firstPair, outcomeOf, type TunedOutcome, type TuningCase, type TuningPair } from "./tuning/tuning-case.ts";

export { ControlIntegrator, type IntegratorOptions, type ValueSource } from "./control-integrator.ts";

export { expExact } from "./exact/exponential.ts";
export { fft, inverseFft } from "./exact/fourier.ts";
export { lnExact, log10Exact } from "./exact/logarithm.ts";

export { bandOf, conductivity, projectHigh, projectLow, type Band } from "./field/bands.ts";
export { extractFieldState, type FieldState } from "./field/field-state.ts";
export { FEATURE_COUNT, intentFeatures } from "./field/high-band-features.ts";
export { extractMemoryMetrics, type MemoryMetrics } from "./field/memory-metrics.ts";
export { fieldOf, samplesOf } from "./field/samples.ts";

export { computeAttentionScore } from "./score/attention-score.ts";
export { computeIntentScore } from "./score/intent-score.ts";
export { prepareEncoding, type PreparedEncoding } from "./score/prepared-encoding.ts";
export { prepareFields, type PreparedFields } from "./score/prepared-fields.ts";
export { computeResonanceScore } from "./score/resonance-score.ts";
export { computeRlScore } from "./score/rl-score.ts";

export {
  confidentialityOf,
  maturityOf,
  riskOf,
  safetyOf,
  violationRateOf,
  type OutcomeCounts,
  type TraitContract,
} from "./traits/contract-readings.ts";
export {
  filterByTraitConstraints,
  neutralTraits,
  verifyTraitConstraints,
  type TraitCandidate,
  type TraitVerdict,
} from "./traits/trait-constraints.ts";
export { encodeTraits, readTraits } from "./traits/trait-field.ts";

export { CachedEncoder, type CacheLimits, type WantedEncodings } from "./encoder/cached-encoder.ts";
export { contractText, encodeContract, encodeContracts, type EncodedContract } from "./encoder/contract-text.ts";
export type { AsyncEncoder, Encoder, TextEncoding } from "./encoder/encoder.ts";
export { joinFeatures } from "./encoder/join-features.ts";
export { encodeVector, projectFeatures } from "./encoder/project-features.ts";
export { quantiseFeatures, MAX_VECTOR } from "./encoder/quantise-features.ts";
export { VectorEncoder, type BatchLimits, type VectorModel } from "./encoder/vector-encoder.ts";
export { HashingEncoder } from "./encoder/hashing-encoder.ts";

export type { ControlParameters } from "./signal/control-parameters.ts";
export { generateControlSignal, type ControlInput, type ControlSignal } from "./signal/control-signal.ts";
export { powerOf, readMode, type ModeReading } from "./signal/mode-reading.ts";
export { energyBoundMicros, isWithinBound, waveEnergyMicros } from "./signal/energy-bound.ts";

export { InMemoryMaia } from "./maia/in-memory-maia.ts";
export type { IntentReading, MaiaPort } from "./maia/maia-port.ts";
export { ReferenceMaia, type ReferenceMaiaOptions } from "./maia/reference-maia.ts";

export { advanceHistory, type AdvanceOptions, type LearnedOutcome, type LearnedReward } from "./learning/history-advance.ts";
export { LinUcb, type LinUcbOptions } from "./learning/lin-ucb.ts";
export { caseDirection, type CaseDirection } from "./learning/online/case-direction.ts";
export { claimsOf, withClaims, type Claim } from "./learning/online/claim-priors.ts";
export { predictedCostMicros } from "./learning/online/learned-costs.ts";
export { onlineEstimate, type LearnedPoint, type OnlineEstimate } from "./learning/online/online-estimate.ts";
export { onlineSettings, type OnlineSettings } from "./learning/online/online-settings.ts";
export { correctMemory, updateMemory } from "./learning/memory-update.ts";
export { caseOf, ValueEstimator, type ValueEstimates } from "./learning/value-estimator.ts";

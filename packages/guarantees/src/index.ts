export {
  composeGuarantees,
  type ComposedPromise,
  type CompositionTerms,
} from "./composition/compose-guarantees.ts";
export { checked, fallback, par, retry, seq, type Composition, type Pair, type Retry } from "./composition/composition.ts";
export type { DerivationStep } from "./composition/derivation.ts";
export type { EncryptionLevel } from "./composition/encryption.ts";
export { leafOf, type AttemptTerms, type Leaf } from "./composition/leaf.ts";
export type { Latency, LatencyBound } from "./composition/rows/latency.ts";
export type { OwnBound } from "./composition/rows/own-property.ts";
export { rowOf, type RowOf } from "./composition/rows/property-row.ts";
export type { Ratio } from "./composition/rows/ratio.ts";
export type { Rows } from "./composition/rows/rows.ts";
export type { Throughput } from "./composition/rows/throughput.ts";
export { refuseAdmission, type AdmissionError, type AdmissionFacts } from "./enforcement/admission.ts";
export type { Clock } from "./enforcement/clock.ts";
export type {
  BrokenCall,
  EnforcedCall,
  Enforcement,
  EnforcementErrorCode,
  KeptCall,
  Measurement,
  StreamMeasurement,
} from "./enforcement/enforcement.ts";
export { GuaranteeEnforcer } from "./enforcement/guarantee-enforcer.ts";
export { measuredCostMicros, type Measured } from "./enforcement/measured-cost.ts";
export { promiseOf, type DecisionPromise, type PerCallPromise, type PromiseInput } from "./enforcement/promise-of.ts";
export type { Run } from "./enforcement/run-to-deadline.ts";
export { OutputSchemas, type SchemaBreach } from "./enforcement/schema/output-schemas.ts";
export { abandonable, type Abandonable } from "./enforcement/stream/abandonable.ts";
export type { StreamLimits, StreamSource } from "./enforcement/stream/stream-limits.ts";
export type { Verdict, Violation } from "./enforcement/verdict.ts";
export { PATIENCE_US } from "./monitor/call-reading.ts";
export { greatestBrokenShare, type Count as BrokenCount } from "./monitor/evidence/confidence-bound.ts";
export {
  addToSketch,
  emptySketch,
  mergeSketches,
  quantileUs,
  type DurationSketch,
} from "./monitor/evidence/duration-sketch.ts";
export type { DriftDetector } from "./monitor/evidence/drift-detector.ts";
export {
  AGAINST as ODDS_AGAINST,
  factorsOf as wagerFactors,
  IN_FAVOUR as ODDS_IN_FAVOUR,
  newWager,
  play as playWager,
  wealthOf as wagerWealth,
  type Wager,
} from "./monitor/evidence/wager.ts";
export { GuaranteeMonitor, type MonitorSnapshot, type VerdictChange } from "./monitor/guarantee-monitor.ts";
export type { Observation } from "./monitor/observation.ts";
export { measuredHealth, observePair, renewPair, watchPair, type MeasuredHealth, type PairWatch, type WatchInput } from "./monitor/pair-watch.ts";
export { standingsOf, type PromiseStanding } from "./monitor/promise-standing.ts";
export type { MonitorTerms, PromiseStream, PromiseVerdict, RungCounts } from "./monitor/promise-stream.ts";
export type { WatchedKind, WatchedPromise } from "./monitor/watched-promise.ts";

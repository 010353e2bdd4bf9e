export {
  composeGuarantees,
  type ComposedPromise,
  type CompositionTerms,
} from "./composition/compose-guarantees.ts";
export { fallback, par, retry, seq, type Composition, type Pair, type Retry } from "./composition/composition.ts";
export type { DerivationStep } from "./composition/derivation.ts";
export type { EncryptionLevel } from "./composition/encryption.ts";
export { leafOf, type AttemptTerms, type Leaf } from "./composition/leaf.ts";
export type { Latency, LatencyBound } from "./composition/rows/latency.ts";
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
} from "./enforcement/enforcement.ts";
export { GuaranteeEnforcer } from "./enforcement/guarantee-enforcer.ts";
export { measuredCostMicros, type Measured } from "./enforcement/measured-cost.ts";
export { promiseOf, type DecisionPromise, type PerCallPromise, type PromiseInput } from "./enforcement/promise-of.ts";
export type { Run } from "./enforcement/run-to-deadline.ts";
export { OutputSchemas, type SchemaBreach } from "./enforcement/schema/output-schemas.ts";
export type { Verdict, Violation } from "./enforcement/verdict.ts";

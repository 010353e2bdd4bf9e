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
export { rowOf, type Row, type RowOf } from "./composition/rows/property-row.ts";
export type { Ratio } from "./composition/rows/ratio.ts";
export type { Rows } from "./composition/rows/rows.ts";
export type { Throughput } from "./composition/rows/throughput.ts";

import type { DataRetention, Locality } from "@caio/contracts";

import type { EncryptionLevel } from "../encryption.ts";
import type { Latency } from "./latency.ts";
import type { OwnBound } from "./own-property.ts";
import type { Ratio } from "./ratio.ts";
import type { Throughput } from "./throughput.ts";

/**
 * What is promised of a part of a plan, row by row. What is not promised has its vacuous value (availability 0,
 * errors 1 000 000, no accuracy, no throughput), so that silence composes to silence.
 */
export interface Rows {
  /** Services used, sorted: what independence is asked about. */
  readonly services: readonly string[];
  /** No run takes longer: the sum of the timeouts on its longest way. */
  readonly deadlineUs: number;
  readonly latency: Latency;
  /** P(a usable answer within the deadline) ≥ this. */
  readonly availabilityMicros: number;
  /** By property: P(answered and wrong) ≤ 1 − this. */
  readonly accuracy: Readonly<Record<string, Ratio>>;
  /** P(answered and wrong without anyone noticing) ≤ this. */
  readonly undetectedError: Ratio;
  /** P(no usable answer within the deadline: an error answer, none, or too late) ≤ this. */
  readonly detectedErrorMicros: number;
  /** By property. */
  readonly throughput: Readonly<Record<string, Throughput>>;
  /** By property: what a catalogue's own algebra composes (`CompositionTerms.catalogue`). */
  readonly own: Readonly<Record<string, OwnBound>>;
  /** Worst case; null is silent. */
  readonly costMicros: number | null;
  readonly deterministic: boolean;
  readonly equivalence: string | null;
  readonly encryption: EncryptionLevel;
  readonly compliance: readonly string[];
  readonly locality: Locality;
  readonly retention: DataRetention;
  readonly requiredTrust: number;
}

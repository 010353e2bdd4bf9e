/**
 * A closed interval in the unit of the property: microseconds for durations, micros for everything else.
 * An absent end is unbounded.
 */
export type Bound =
  | { readonly minUs?: number; readonly maxUs?: number }
  | { readonly minMicros?: number; readonly maxMicros?: number };

/** P(value ∈ bound) ≥ coverage (calculus §2). `coveragePpm` is in millionths, 1 … 1 000 000. */
export interface Guarantee {
  readonly property: string;
  readonly coveragePpm: number;
  readonly bound: Bound;
}

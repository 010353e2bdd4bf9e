/** The unit of a bound: microseconds, or millionths of whatever is counted. */
export type PropertyUnit = "us" | "micros";
/** Which way a property is better; a flag is a degree of a yes. */
export type PropertyDirection = "lower" | "higher" | "flag";
/** The row of the algebra by which promises compose (calculus §7). */
export type AlgebraRow =
  | "latency"
  | "availability"
  | "accuracy"
  | "undetected_error"
  | "detected_error"
  | "throughput"
  | "determinism";

/** How the bounds of two parts make the bound of the whole. */
export type PropertyJoin = "sum" | "max" | "min";

/**
 * How a team's own property composes: names of operations and no code, so that a derivation can say each step and anybody can redo it.
 * Such a promise is about an attempt however it ends, and composed about every run that gives an answer.
 */
export interface OwnAlgebra {
  /** Steps one after the other, and an answer with the verdict on it. */
  readonly seq: PropertyJoin;
  readonly par: PropertyJoin;
  /** Alternatives in order. `sum`: all that were tried count; else the one that answers, which may be either. */
  readonly fallback: PropertyJoin;
  /** Up to n attempts. `times`: all count; `same`: the one that answers. */
  readonly retry: "times" | "same";
}

/** How a property is spelled in a file. */
export interface PropertySpelling {
  readonly spelling: string;
  /** The power of ten from the written unit to the kept one: 3 for milliseconds to microseconds, 6 for ratios. */
  readonly digits: number;
  /** The coverage that the spelling itself names: `p95_latency_ms`. */
  readonly coveragePpm?: number;
}

/** One property that a contract can promise and a request can demand. */
export interface PropertyDefinition {
  /** The name in normalised form. */
  readonly name: string;
  readonly unit: PropertyUnit;
  readonly direction: PropertyDirection;
  /** Every value lies in 0 … 1. All properties are at least 0. */
  readonly ratio: boolean;
  /** A row of the algebra of everyone's properties, or an algebra of its own. */
  readonly row: AlgebraRow | OwnAlgebra;
  /** Coverage where a file says none. */
  readonly defaultCoveragePpm: number;
  readonly spellings: readonly PropertySpelling[];
}

import { MAX_CASE_FEATURES, type FeatureVector } from "@caio/contracts";
import { MICRO, mulDiv, roundHalfEven } from "@caio/core";

const LARGEST = 127;

/** Where a prompt is among the cases: small integers, and their squares added. */
export interface CaseDirection {
  readonly numbers: readonly number[];
  /** The same as doubles, for speed. */
  readonly values: Float64Array;
  readonly energy: number;
}

/**
 * The direction of a request: its features, else Π_high Ψ_i, scaled so that the largest number is ±127. Of features of more than 512 numbers the
 * first 512 are looked at: where a model's are joined with those of the form (`joinFeatures`), these are what the text means.
 *
 * @param high - Π_high Ψ_i, 128 doubles
 */
export function caseDirection(features: FeatureVector | undefined, high: Float64Array): CaseDirection {
  return scaled(features === undefined ? Array.from(high, (value) => roundHalfEven(value * MICRO)) : features.slice(0, MAX_CASE_FEATURES));
}

/** The direction that a case has; worked out once for each. */
export function directionOf(numbers: readonly number[]): CaseDirection {
  const known = directions.get(numbers);
  if (known !== undefined) return known;
  const made = direction(numbers);
  directions.set(numbers, made);
  return made;
}

const directions = new WeakMap<readonly number[], CaseDirection>();

/** The cosine of two directions; 0 between those of different lengths and where one is zero. */
export function likeness(a: CaseDirection, b: CaseDirection): number {
  if (a.values.length !== b.values.length || a.energy === 0 || b.energy === 0) return 0;
  return product(a.values, b.values) / Math.sqrt(a.energy * b.energy);
}

function scaled(values: readonly number[]): CaseDirection {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const numbers = largest === 0 ? values.map(() => 0) : values.map((value) => mulDiv(value, LARGEST, largest, "half-even"));
  return direction(numbers);
}

function direction(numbers: readonly number[]): CaseDirection {
  const values = Float64Array.from(numbers);
  return { numbers, values, energy: product(values, values) };
}

/** Of integers, so exact in whatever order; four sums at a time take half the time of one. */
function product(a: Float64Array, b: Float64Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    first += (a[i] ?? 0) * (b[i] ?? 0);
    second += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
    third += (a[i + 2] ?? 0) * (b[i + 2] ?? 0);
    fourth += (a[i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (; i < a.length; i++) first += (a[i] ?? 0) * (b[i] ?? 0);
  return first + second + third + fourth;
}

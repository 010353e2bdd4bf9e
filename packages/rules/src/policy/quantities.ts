import { MICRO } from "@caio/core";
import type { Rounding } from "@caio/core";

/** How one quantity of a policy is written, rounded and bounded. Ends are in the kept unit. */
export interface Quantity {
  readonly digits: number;
  readonly rounding: Rounding;
  readonly min: number;
  readonly max: number;
  /** The range as the author writes it. */
  readonly expected: string;
}

const MAX = Number.MAX_SAFE_INTEGER;

function quantity(digits: number, rounding: Rounding, min: number, max: number, expected: string): Quantity {
  return { digits, rounding, min, max, expected };
}

/** Limits tighten when they are rounded: budgets and durations down, coverage up (calculus §0). */
export const quantities = {
  weight: quantity(6, "half-even", -500 * MICRO, 500 * MICRO, "a weight from -500 to 500"),
  rate: quantity(12, "half-even", 1, MAX, "a rate from 0.000000000001 to 9007"),
  width: quantity(6, "half-even", 0, 1000 * MICRO, "a number from 0 to 1000"),
  budget: quantity(6, "down", 0, MAX, "an amount of at least 0"),
  duration: quantity(3, "down", 0, MAX, "milliseconds, at least 0"),
  coverage: quantity(6, "up", 1, MICRO, "a coverage above 0 and at most 1"),
  backoff: quantity(3, "half-even", 0, 60_000_000, "milliseconds from 0 to 60000"),
  share: quantity(6, "down", 0, MICRO, "a share from 0 to 1"),
  loss: quantity(6, "down", 0, 1000 * MICRO, "a loss of score from 0 to 1000"),
  alpha: quantity(6, "down", 1, MICRO, "a probability above 0 and at most 1"),
  gain: quantity(6, "half-even", 0, 1000 * MICRO, "a number from 0 to 1000"),
  positive: quantity(6, "half-even", 1, 1000 * MICRO, "a number above 0 and at most 1000"),
  preference: quantity(6, "half-even", -MICRO, MICRO, "an amount from -1 to 1"),
} as const satisfies Record<string, Quantity>;

/** Whole numbers of a policy: least and greatest. */
export const counts = {
  attempts: [1, 10],
  runLength: [1, 1_000_000_000],
  priority: [-1_000_000, 1_000_000],
} as const satisfies Record<string, readonly [number, number]>;

/** Σ|amount| over the `prefer` rules of a policy, micros (calculus §3). */
export const MAX_PREFERENCE_SUM: number = MICRO;
/** Rules of one policy set. */
export const MAX_RULES = 1024;

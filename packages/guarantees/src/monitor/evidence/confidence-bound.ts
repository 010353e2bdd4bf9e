import { MICRO } from "@caio/core";

import { IN_FAVOUR, wholeWealth } from "./wager.ts";

/** Calls, and how many micros of broken promise they add up to. */
export interface Count {
  readonly calls: number;
  readonly brokenMicros: number;
}

/**
 * Whether the calls refute "at least `shareMicros` of the calls are broken": the mean over r < 1 of r^S / (1 − (1−r)p)^n reaches the
 * threshold. It is the capital of fixed bets, and for shares between 0 and 1 a lower bound of it, since log(1 − (1−r)x) is concave. As
 * bets on a running mean it holds at every n at once (with the mean of the conditional chances in the place of p).
 */
export function isBelow({ calls, brokenMicros }: Count, shareMicros: number, threshold: number): boolean {
  const broken = Math.ceil(brokenMicros / MICRO);
  const capital = IN_FAVOUR.reduce((total, r) => {
    const kept = MICRO / (MICRO - (1 - r) * shareMicros);
    return total + product(power(r, broken), power(kept, calls));
  }, 0);
  return wholeWealth(capital / IN_FAVOUR.length) >= threshold;
}

/**
 * An upper bound of the share of broken calls, in micros, that at every moment at once is wrong with probability at most 1/threshold.
 * 1 000 000 where the calls support nothing.
 */
export function greatestBrokenShare(count: Count, threshold: number): number {
  let [low, high] = [0, MICRO];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    // The capital grows with the share that it bets against, so what is refuted is an upper interval.
    if (isBelow(count, middle, threshold)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** mantissa·2^exponent, mantissa in [1, 2). */
interface Scaled {
  readonly mantissa: number;
  readonly exponent: number;
}

/** base^n by squaring, base > 0. */
function power(base: number, n: number): Scaled {
  let result: Scaled = { mantissa: 1, exponent: 0 };
  let square = scaled(base, 0);
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = scaled(result.mantissa * square.mantissa, result.exponent + square.exponent);
    square = scaled(square.mantissa * square.mantissa, 2 * square.exponent);
  }
  return result;
}

function scaled(value: number, exponent: number): Scaled {
  let [mantissa, power2] = [value, exponent];
  while (mantissa >= 2) [mantissa, power2] = [mantissa / 2, power2 + 1];
  while (mantissa < 1) [mantissa, power2] = [mantissa * 2, power2 - 1];
  return { mantissa, exponent: power2 };
}

/** a·b as a float, at most 2^600; what is below 2^−600 counts as 0. */
function product(a: Scaled, b: Scaled): number {
  const exponent = Math.min(600, a.exponent + b.exponent);
  if (exponent < -600) return 0;
  let value = a.mantissa * b.mantissa;
  for (let left = exponent; left > 0; left--) value *= 2;
  for (let left = exponent; left < 0; left++) value /= 2;
  return value;
}

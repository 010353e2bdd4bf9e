import { CaioError } from "@caio/core";

import { LN2_HIGH, LN2_LOW } from "./exponential.ts";

const SQRT_HALF = Math.sqrt(0.5);
const SQRT_TWO = Math.sqrt(2);
const LN10 = 2.302585092994046;

/**
 * ln x from + − × ÷ √ alone, the same bits on every engine (calculus §0).
 *
 * x = m·2^k with √½ ≤ m < √2 (by halving or doubling); s = (m − 1)/(m + 1); z = s·s; p = 1/23, then for n = 21, 19, …, 1:
 * p = p·z + 1/n; result k·LN2_HIGH + ((2·s)·p + k·LN2_LOW).
 *
 * @throws CaioError `NumberOutOfRange` unless 0 < x < ∞.
 */
export function lnExact(x: number): number {
  if (!(x > 0 && x <= Number.MAX_VALUE)) {
    throw new CaioError("NumberOutOfRange", `Found ln(${String(x)}), expected a finite number above 0.`, {
      details: { found: String(x), expected: "above 0" },
    });
  }
  let m = x;
  let k = 0;
  while (m >= SQRT_TWO) {
    m *= 0.5;
    k++;
  }
  while (m < SQRT_HALF) {
    m *= 2;
    k--;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let p = 1 / 23;
  for (let n = 21; n >= 1; n -= 2) p = p * z + 1 / n;
  return k * LN2_HIGH + (2 * s * p + k * LN2_LOW);
}

/** log₁₀ x = ln x ÷ 2.302585092994046. @throws CaioError `NumberOutOfRange` unless 0 < x < ∞. */
export function log10Exact(x: number): number {
  return lnExact(x) / LN10;
}

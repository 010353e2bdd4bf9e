import { CaioError } from "./errors.ts";

/** Millionths: 1 000 000 micros = 1.0. The unit of ratios, features, weights and money totals. */
export const MICRO = 1_000_000;

/**
 * Which neighbour stands for a value between two integers. `down` is toward −∞, `up` toward +∞, `zero` toward 0,
 * `half-even` to the nearest and on a tie to the even one.
 */
export type Rounding = "down" | "up" | "zero" | "half-even";

/**
 * a·b/c as an integer, exact before the one rounding (BigInt where 2^53 could be passed).
 *
 * @param a - safe integer
 * @param b - safe integer
 * @param c - safe integer above 0
 * @throws CaioError `NumberOutOfRange` if an input is no safe integer, c ≤ 0, or the result is not safe.
 *
 * @example
 * ```ts
 * import { mulDiv } from "@caio/core";
 *
 * mulDiv(7, 1_000_000, 3, "up"); // 2333334
 * ```
 */
export function mulDiv(a: number, b: number, c: number, rounding: Rounding): number {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b) || !Number.isSafeInteger(c) || c <= 0) {
    throw outOfRange(`${String(a)}·${String(b)}/${String(c)}`);
  }
  const product = a * b;
  if (Number.isSafeInteger(product)) return divideSafe(product, c, rounding);
  return toSafe(divideBig(BigInt(a) * BigInt(b), BigInt(c), rounding));
}

/** `mulDiv` for amounts: what passes 2^53 − 1 counts as 2^53 − 1 (calculus §0), which is past every budget there can be. */
export function saturatingMulDiv(a: number, b: number, c: number, rounding: Rounding): number {
  const exact = divideBig(BigInt(a) * BigInt(b), BigInt(c), rounding);
  const largest = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(exact > largest ? largest : exact);
}

/** n/d for BigInt with the rounding named. @throws CaioError `NumberOutOfRange` if d ≤ 0. */
export function divideBig(n: bigint, d: bigint, rounding: Rounding): bigint {
  if (d <= 0n) throw outOfRange(`${n.toString()}/${d.toString()}`);
  const quotient = n / d;
  const remainder = n % d;
  if (remainder === 0n) return quotient;
  const below = remainder < 0n ? quotient - 1n : quotient;
  if (rounding === "down") return below;
  if (rounding === "up") return below + 1n;
  if (rounding === "zero") return quotient;
  const twice = (n - below * d) * 2n;
  if (twice === d) return below % 2n === 0n ? below : below + 1n;
  return twice < d ? below : below + 1n;
}

/** The number of a BigInt. @throws CaioError `NumberOutOfRange` past 2^53 − 1. */
export function toSafe(value: bigint): number {
  const result = Number(value);
  if (!Number.isSafeInteger(result)) throw outOfRange(value.toString());
  return result;
}

/**
 * A real number as micros, rounded half to even, clamped to [min, max] (both micros). The one place where a float
 * becomes a number that decides (calculus §0).
 *
 * @throws CaioError `NumberOutOfRange` for NaN and infinities.
 */
export function quantise(value: number, min: number, max: number): number {
  if (!Number.isFinite(value)) throw outOfRange(String(value));
  const scaled = value * MICRO;
  if (scaled <= min) return min;
  if (scaled >= max) return max;
  return roundHalfEven(scaled);
}

/** The nearest integer, ties to even. @throws CaioError `NumberOutOfRange` for NaN and infinities. */
export function roundHalfEven(value: number): number {
  if (!Number.isFinite(value)) throw outOfRange(String(value));
  const below = Math.floor(value);
  const rest = value - below;
  // `+ 0` turns −0 into 0.
  if (rest < 0.5) return below + 0;
  if (rest > 0.5) return below + 1;
  return (below % 2 === 0 ? below : below + 1) + 0;
}

function divideSafe(n: number, d: number, rounding: Rounding): number {
  const remainder = n % d;
  const quotient = (n - remainder) / d;
  if (remainder === 0) return quotient + 0;
  const below = remainder < 0 ? quotient - 1 : quotient;
  if (rounding === "down") return below + 0;
  if (rounding === "up") return below + 1 + 0;
  if (rounding === "zero") return quotient + 0;
  const rest = remainder < 0 ? remainder + d : remainder;
  // rest < d − rest, written so that nothing passes 2^53.
  if (rest === d - rest) return (below % 2 === 0 ? below : below + 1) + 0;
  return (rest < d - rest ? below : below + 1) + 0;
}

function outOfRange(found: string): CaioError<"NumberOutOfRange"> {
  return new CaioError("NumberOutOfRange", `Found ${found}, expected safe integers (and a divisor above 0).`, {
    details: { found, expected: "safe integer" },
  });
}

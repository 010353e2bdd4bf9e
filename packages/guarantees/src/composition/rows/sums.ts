import { MICRO, toSafe } from "@caio/core";

/** a + b. @throws CaioError `NumberOutOfRange` past 2^53 − 1. */
export function addSafe(a: number, b: number): number {
  return toSafe(BigInt(a) + BigInt(b));
}

/** a·n. @throws CaioError `NumberOutOfRange` past 2^53 − 1. */
export function timesSafe(a: number, n: number): number {
  return toSafe(BigInt(a) * BigInt(n));
}

/** min(1, ε1 + ε2) in millionths (Boole). */
export function addTails(first: number, second: number): number {
  return Math.min(MICRO, first + second);
}

/** max(0, a1 + a2 − 1) in millionths (Fréchet). */
export function frechet(first: number, second: number): number {
  return Math.max(0, first + second - MICRO);
}

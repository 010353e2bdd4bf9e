import { MICRO, mulDiv } from "@caio/core";

import { addTails, frechet } from "./sums.ts";

/** A ratio in micros, and whether it holds per answered call (`Leaf`) or only on average. */
export interface Ratio {
  readonly micros: number;
  readonly conditional: boolean;
}

/** A result and the name of the rule that gave it. */
export interface Derived<T> {
  readonly rule: string;
  readonly result: T;
}

/** seq, par: both must hold. Fréchet's lower bound, or the product for independent services (rounded down). */
export function bothHold(first: number, second: number, independent: boolean): Derived<number> {
  return independent
    ? { rule: "product", result: mulDiv(first, second, MICRO, "down") }
    : { rule: "frechet", result: frechet(first, second) };
}

/** fallback: one of both must hold. The better one, or 1 − (1−a1)(1−a2) for independent services (rounded down). */
export function oneHolds(first: number, second: number, independent: boolean): Derived<number> {
  return independent
    ? { rule: "co-product", result: MICRO - mulDiv(MICRO - first, MICRO - second, MICRO, "up") }
    : { rule: "max", result: Math.max(first, second) };
}

/** seq, par: either may err. Boole's sum, or 1 − (1−e1)(1−e2) for independent services (rounded up). */
export function eitherErrs(first: number, second: number, independent: boolean): Derived<number> {
  return independent
    ? { rule: "co-product", result: MICRO - mulDiv(MICRO - first, MICRO - second, MICRO, "down") }
    : { rule: "boole", result: addTails(first, second) };
}

/** fallback: it errs only if both do. The lesser one, or the product for independent services (rounded up). */
export function bothErr(first: number, second: number, independent: boolean): Derived<number> {
  return independent
    ? { rule: "product", result: mulDiv(first, second, MICRO, "up") }
    : { rule: "min", result: Math.min(first, second) };
}

/**
 * fallback of a ratio that counts wrong answers: the worse one if both hold per answered call, else their tails add,
 * since the second may be asked exactly where it is wrong.
 *
 * @param first - share of wrong answers, micros
 */
export function wrongOfFallback(first: Ratio, second: Ratio): Derived<Ratio> {
  if (first.conditional && second.conditional) {
    return { rule: "worse", result: { micros: Math.max(first.micros, second.micros), conditional: true } };
  }
  return { rule: "boole", result: { micros: addTails(first.micros, second.micros), conditional: false } };
}

/** retry of a ratio that counts wrong answers: unchanged if it holds per answered call, else n tails may meet. */
export function wrongOfRetry(child: Ratio, attempts: number): Derived<Ratio> {
  if (child.conditional) return { rule: "same", result: child };
  return { rule: "boole", result: { micros: Math.min(MICRO, attempts * child.micros), conditional: false } };
}

/** 1 − a: accuracy as the share of wrong answers and back. */
export function complement({ micros, conditional }: Ratio): Ratio {
  return { micros: MICRO - micros, conditional };
}

import { CaioError } from "@caio/core";

import type { Leaf } from "./leaf.ts";

/** How often an attempt may be made at most. */
const MAX_ATTEMPTS = 100;

/**
 * Two plans, one after the other, beside each other, the second where the first gives no usable answer, or the second to say whether the
 * first's answer is right.
 */
export interface Pair {
  readonly kind: "seq" | "par" | "fallback" | "checked";
  readonly first: Composition;
  readonly second: Composition;
}

/** The same plan until it answers, at most `attempts` times, with a pause between. */
export interface Retry {
  readonly kind: "retry";
  readonly child: Composition;
  readonly attempts: number;
  readonly backoffUs: number;
}

/** A plan as a tree of attempts (calculus §7). Every inner node has two children: n steps are nested to the left. */
export type Composition = Leaf | Pair | Retry;

/**
 * Steps one after the other: each begins when the one before it answered, and all must answer.
 *
 * @throws CaioError `InvalidPlan` without a step.
 */
export function seq(...steps: readonly Composition[]): Composition {
  return nest("seq", steps);
}

/**
 * Branches beside each other, all needed.
 *
 * @throws CaioError `InvalidPlan` without a branch.
 */
export function par(...branches: readonly Composition[]): Composition {
  return nest("par", branches);
}

/**
 * Alternatives in order: each is tried if those before it gave no usable answer within their time.
 *
 * @throws CaioError `InvalidPlan` without an alternative.
 */
export function fallback(...alternatives: readonly Composition[]): Composition {
  return nest("fallback", alternatives);
}

/**
 * An answer and a verdict on it: no usable answer unless the verifier gives one and passes it. A wrong result of the verifier is a wrong
 * verdict, either way. `fallback(checked(cheap, verify), strong)` is a cascade.
 */
export function checked(answer: Composition, verifier: Composition): Composition {
  return { kind: "checked", first: answer, second: verifier };
}

/**
 * The same plan until it answers.
 *
 * @param attempts - in all, the first included: 1 … 100
 * @param backoffUs - pause before each further attempt, microseconds
 * @throws CaioError `InvalidPlan` for other numbers.
 */
export function retry(child: Composition, attempts: number, backoffUs = 0): Retry {
  if (!Number.isSafeInteger(attempts) || attempts < 1 || attempts > MAX_ATTEMPTS) {
    throw refuse("retry.attempts", String(attempts), `an integer from 1 to ${String(MAX_ATTEMPTS)}`);
  }
  if (!Number.isSafeInteger(backoffUs) || backoffUs < 0) {
    throw refuse("retry.backoffUs", String(backoffUs), "microseconds, an integer of at least 0");
  }
  return { kind: "retry", child, attempts, backoffUs };
}

function nest(kind: Pair["kind"], parts: readonly Composition[]): Composition {
  const [first, ...rest] = parts;
  if (first === undefined) throw refuse(kind, "no part", "at least one");
  return rest.reduce<Composition>((tree, part) => ({ kind, first: tree, second: part }), first);
}

function refuse(place: string, found: string, expected: string): CaioError<"InvalidPlan"> {
  return new CaioError("InvalidPlan", `At ${place}: found ${found}, expected ${expected}.`, {
    details: { place, found, expected },
  });
}

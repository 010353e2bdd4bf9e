import { MICRO, mulDiv } from "@caio/core";

import { addSafe, addTails } from "./sums.ts";

/** P(the attempt answers later than `boundUs`) ≤ 1 − coverage. */
export interface LatencyBound {
  readonly boundUs: number;
  readonly coveragePpm: number;
}

/** Bounds by growing bound and coverage; the last one is the enforced timeout at full coverage. */
export interface Latency {
  readonly bounds: readonly LatencyBound[];
  readonly conditional: boolean;
}

/** How many bounds a composed promise keeps. */
const MAX_BOUNDS = 16;

/**
 * The bounds that no other one beats (no smaller bound covers as much), by growing bound. Bounds without coverage
 * promise nothing and are dropped; past 16 those of greatest coverage are kept.
 */
function paretoBounds(bounds: readonly LatencyBound[]): readonly LatencyBound[] {
  const ordered = [...bounds].sort((a, b) => a.boundUs - b.boundUs || b.coveragePpm - a.coveragePpm);
  const kept: LatencyBound[] = [];
  let covered = 0;
  for (const bound of ordered) {
    if (bound.coveragePpm <= covered) continue;
    covered = bound.coveragePpm;
    kept.push(bound);
  }
  return kept.slice(-MAX_BOUNDS);
}

/** A deadline d is enforced: no answer is later, so a bound above d counts as d with no tail. */
export function latencyWithin(latency: Latency, deadlineUs: number): Latency {
  const inTime = latency.bounds.filter(({ boundUs }) => boundUs <= deadlineUs);
  return { ...latency, bounds: paretoBounds([...inTime, { boundUs: deadlineUs, coveragePpm: MICRO }]) };
}

/** ε: the least tail of a bound within the deadline; 1 000 000 if there is none. */
export function tailWithin(latency: Latency, deadlineUs: number): number {
  let tail = MICRO;
  for (const { boundUs, coveragePpm } of latency.bounds) {
    if (boundUs <= deadlineUs) tail = Math.min(tail, MICRO - coveragePpm);
  }
  return tail;
}

/** seq: every pair of bounds, b1 + b2. Tails add (Boole), or coverages multiply for independent services. */
export function latencyOfSeq(first: Latency, second: Latency, independent: boolean): Latency {
  return combine(first, second, independent, addSafe);
}

/** par: every pair of bounds, max(b1, b2), tails as in seq. */
export function latencyOfPar(first: Latency, second: Latency, independent: boolean): Latency {
  return combine(first, second, independent, Math.max);
}

/** fallback: the first may use up its whole time d1, so d1 + b2 with the second's tail. */
export function latencyOfFallback(firstDeadlineUs: number, second: Latency): Latency {
  const bounds = second.bounds.map(({ boundUs, coveragePpm }) => ({
    boundUs: addSafe(firstDeadlineUs, boundUs),
    coveragePpm,
  }));
  return { bounds: paretoBounds(bounds), conditional: second.conditional };
}

/** retry: all attempts but the last may use up their time; only the last can be late, but on average n tails may meet there. */
export function latencyOfRetry(child: Latency, beforeLastUs: number, attempts: number): Latency {
  const bounds = child.bounds.map(({ boundUs, coveragePpm }) => ({
    boundUs: addSafe(beforeLastUs, boundUs),
    coveragePpm: child.conditional ? coveragePpm : MICRO - Math.min(MICRO, attempts * (MICRO - coveragePpm)),
  }));
  return { bounds: paretoBounds(bounds), conditional: child.conditional };
}

function combine(
  first: Latency,
  second: Latency,
  independent: boolean,
  join: (a: number, b: number) => number,
): Latency {
  const bounds = first.bounds.flatMap((a) =>
    second.bounds.map((b) => ({
      boundUs: join(a.boundUs, b.boundUs),
      coveragePpm: independent
        ? mulDiv(a.coveragePpm, b.coveragePpm, MICRO, "down")
        : MICRO - addTails(MICRO - a.coveragePpm, MICRO - b.coveragePpm),
    })),
  );
  // Which of two answers is late may depend on whether the other answers at all: nothing holds per answered call.
  return { bounds: paretoBounds(bounds), conditional: false };
}

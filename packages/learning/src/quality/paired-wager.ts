import { MICRO } from "@caio/core";
import { ODDS_AGAINST, ODDS_IN_FAVOUR, wagerFactors } from "@caio/guarantees";

import { requireWhole } from "./quality-terms.ts";

/**
 * A paired difference d (score of what would be or was served, less that of the reference on the same prompt, micros) as a share x of
 * a promise broken: x = (1 − d)/2, of which the margin m allows p = (1 + m)/2. So E d ≥ −m is E x ≤ p, and the bets of the guarantee
 * monitor serve (`ODDS_AGAINST`, `ODDS_IN_FAVOUR`): f = 1 − k·(d + m) with k between 0.06 and 2 of the odds, at most 1 on average under what is bet against.
 */
export function factorsAgainst(differenceMicros: number, marginMicros: number): readonly number[] {
  return wagerFactors(ODDS_AGAINST, brokenOf(differenceMicros), allowedOf(marginMicros));
}

/** The same for the claim that the promise is kept: at most 1 on average while E d ≤ −m. */
export function factorsInFavour(differenceMicros: number, marginMicros: number): readonly number[] {
  return wagerFactors(ODDS_IN_FAVOUR, brokenOf(differenceMicros), allowedOf(marginMicros));
}

function brokenOf(differenceMicros: number): number {
  requireWhole("differenceMicros", differenceMicros, -MICRO, MICRO);
  return (MICRO - differenceMicros) / 2;
}

function allowedOf(marginMicros: number): number {
  return (MICRO + marginMicros) / 2;
}

import { CaioError, MICRO } from "@caio/core";

/** What is promised of quality: on average no worse than the reference by more than the margin, at this confidence. */
export interface QualityTerms {
  /** How much less the mean score may be, micros of a score 0 … 1; 10 000 is one point. */
  readonly marginMicros: number;
  /** Chance that savings are ever released though they break the promise, micros: 50 000 is a confidence of 95 %. */
  readonly riskMicros: number;
}

/** @throws CaioError `NumberOutOfRange` for terms that promise nothing or cannot be tested. */
export function requireQualityTerms({ marginMicros, riskMicros }: QualityTerms): void {
  requireWhole("marginMicros", marginMicros, 0, MICRO - 1);
  requireWhole("riskMicros", riskMicros, 1, MICRO - 1);
}

/** @throws CaioError `NumberOutOfRange` unless a whole number of that range. */
export function requireWhole(name: string, found: number, least: number, most: number): void {
  if (Number.isSafeInteger(found) && found >= least && found <= most) return;
  throw new CaioError("NumberOutOfRange", `${name}: found ${String(found)}, expected a whole number from ${String(least)} to ${String(most)}.`, {
    details: { path: name, found: String(found), expected: `${String(least)} … ${String(most)}` },
  });
}

import type { Played } from "./play-stream.ts";

/** What is said of one order. Scores and differences as shares of 1. */
export interface OrderSummary {
  readonly score: number;
  readonly claimedBest: number;
  readonly hindsightBest: number;
  readonly oracle: number;
  /** Mean difference to the best claimed model, over all and over the last quarter. */
  readonly gain: number;
  readonly lateGain: number;
  /** Prompts × score that the best single model in hindsight earned more; below 0: less. */
  readonly regret: number;
  /** The worst mean difference to the best claimed model over any `WINDOW` prompts in a row. */
  readonly worst: number;
  /** The first prompt from which on the sum stays ahead of the best claimed model; the number of prompts + 1 if it never does. */
  readonly ahead: number;
  readonly others: number;
  /** Choices that were drawn, and what their values fell short of, in prompts × score. */
  readonly drawn: number;
  readonly explored: number;
  readonly count: number;
}

export const WINDOW = 500;

/** @param claimed - the model that claims most */
export function summarise({ chosen, scored, would, shortfall }: Played, claimed: number): OrderSummary {
  const models = would[0]?.length ?? 0;
  const totals = Array.from({ length: models }, (_, model) => mean(would.map((scores) => scores[model] ?? 0)));
  const gains = scored.map((score, at) => score - (would[at]?.[claimed] ?? 0));
  const count = scored.length;
  const score = mean(scored);
  const hindsightBest = Math.max(...totals);
  return {
    score,
    claimedBest: totals[claimed] ?? 0,
    hindsightBest,
    oracle: mean(would.map((scores) => Math.max(...scores))),
    gain: mean(gains),
    lateGain: mean(gains.slice(-Math.floor(count / 4))),
    regret: (hindsightBest - score) * count,
    worst: worstWindow(gains, WINDOW),
    ahead: aheadFrom(gains),
    others: chosen.filter((model) => model !== claimed).length / count,
    drawn: shortfall.filter((micros) => micros > 0).length,
    count,
    explored: shortfall.reduce((sum, micros) => sum + micros, 0) / 1_000_000,
  };
}

/** The least mean over any `length` in a row (over all, if there are fewer). */
export function worstWindow(gains: readonly number[], length: number): number {
  const size = Math.min(length, gains.length);
  let sum = 0;
  let worst = Number.POSITIVE_INFINITY;
  gains.forEach((gain, at) => {
    sum += gain - (at >= size ? (gains[at - size] ?? 0) : 0);
    if (at >= size - 1) worst = Math.min(worst, sum / size);
  });
  return worst;
}

/** The first place, from 1, from which on the running sum stays above 0. */
export function aheadFrom(gains: readonly number[]): number {
  let sum = 0;
  let from = 1;
  gains.forEach((gain, at) => {
    sum += gain;
    if (sum <= 1e-9) from = at + 2;
  });
  return from;
}

/**
 * Prompts from half-time until a window of 500 after it, none of it before, is within `within` of the best single model of the second half;
 * undefined if none is.
 */
export function recovery({ scored, would }: Played, best: number, within: number): number | undefined {
  const half = Math.ceil(scored.length / 2);
  const gains = scored.slice(half).map((score, at) => score - (would[half + at]?.[best] ?? 0));
  let sum = 0;
  for (const [at, gain] of gains.entries()) {
    sum += gain - (at >= WINDOW ? (gains[at - WINDOW] ?? 0) : 0);
    if (at >= WINDOW - 1 && sum / WINDOW >= -within) return at + 1;
  }
  return undefined;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value that half of the others do not pass. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

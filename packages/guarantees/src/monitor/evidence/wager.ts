import { MICRO } from "@caio/core";

/**
 * A test by betting. A bet of odds r against "a call breaks the promise with probability at most p" pays
 * f(x) = (1 + (r−1)·x) / (1 + (r−1)·p) on a call that broke the share x of it: at most 1 on average as long as the promise holds
 * (for r < 1: as long as at least p of the calls break it). The same odds are played on every call, so nothing is peeked at.
 *
 * Of the starting capital 1 the part 1/(t(t+1)) is staked at call t, spread evenly over the odds. So a service that was good for long
 * cannot rest on it: what is staked later is not yet lost. Capital not yet staked is 1/(t+1) after call t. The whole is a
 * supermartingale that starts at 1, and it ever reaches w with probability at most 1/w (Ville), whenever one looks.
 */
export interface Wager {
  readonly calls: number;
  /** What each of the odds has made of its stakes; sums, not yet divided by their number. */
  readonly stakes: readonly number[];
}

/** Odds against a promise, from "a little worse" to "fails nearly always". */
export const AGAINST: readonly number[] = [9 / 8, 5 / 4, 3 / 2, 2, 4, 10, 30, 100, 1000];
/** Odds for the claim that fewer calls are broken than p. */
export const IN_FAVOUR: readonly number[] = [31 / 32, 15 / 16, 7 / 8, 3 / 4, 1 / 2, 1 / 4, 1 / 16];

/** Winnings stop here, so that nothing overflows. Capping a supermartingale leaves it one. */
const CAP = 1e150;
/** Covers what rounding may add over 2^30 calls: each adds at most a few 2^−53. */
const SLACK = 1 - 1 / 1_048_576;

/** A wager on which nothing was played yet. */
export function newWager(odds: readonly number[]): Wager {
  return { calls: 0, stakes: odds.map(() => 0) };
}

/** Plays one call. @param factors - f of each of the odds, in the order of the stakes */
export function play({ calls, stakes }: Wager, factors: readonly number[]): Wager {
  const turn = calls + 1;
  const stake = 1 / turn / (turn + 1);
  return { calls: turn, stakes: stakes.map((held, index) => Math.min(CAP, (held + stake) * (factors[index] ?? 1))) };
}

/**
 * f for each of the odds.
 *
 * @param brokenMicros - x, 0 … 1 000 000
 * @param allowedMicros - p, 1 … 999 999
 */
export function factorsOf(odds: readonly number[], brokenMicros: number, allowedMicros: number): readonly number[] {
  return odds.map((r) => (MICRO + (r - 1) * brokenMicros) / (MICRO + (r - 1) * allowedMicros));
}

/** Capital as an integer, rounded down: the one place where a float becomes a number that decides. */
export function wealthOf({ calls, stakes }: Wager): number {
  return wholeWealth(sum(stakes) / stakes.length + 1 / (calls + 1));
}

/** A float of a martingale as the integer that is compared: less the slack, rounded down, at most 2^53 − 1. */
export function wholeWealth(value: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.floor(value * SLACK));
}

/** In the order given. */
export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A 95 % percentile interval (Efron, 1979). */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Draws whole groups of prompts again, so that near-duplicates stay together: per round how often each prompt counts. Methods that are compared
 * are given the same rounds.
 *
 * @param groups - the group of each prompt
 */
export function bootstrapRounds(groups: readonly number[], rounds: number, seed: number): readonly Uint8Array[] {
  const byGroup = new Map<number, number[]>();
  groups.forEach((group, prompt) => byGroup.set(group, [...(byGroup.get(group) ?? []), prompt]));
  const members = [...byGroup.values()];
  const random = xoroshiro128plus(seed);
  return Array.from({ length: rounds }, () => {
    const weights = new Uint8Array(groups.length);
    const drawn = members.map(() => members[uniformInt(random, 0, members.length - 1)] ?? []);
    for (const prompt of drawn.flat()) weights[prompt] = (weights[prompt] ?? 0) + 1;
    return weights;
  });
}

/** The interval of a statistic over rounds. */
export function intervalOf(rounds: readonly Uint8Array[], statistic: (weights: Uint8Array) => number): Interval {
  return percentileInterval(rounds.map(statistic));
}

/** The interval of a statistic whose value of each round is known. */
export function percentileInterval(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  return { low: sorted[Math.floor(0.025 * sorted.length)] ?? 0, high: sorted[Math.ceil(0.975 * sorted.length) - 1] ?? 0 };
}

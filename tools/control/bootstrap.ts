import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A mean with its 95 % percentile interval (Efron, 1979). */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const ROUNDS = 500;

/** The mean over all values of all groups; whole groups are drawn again, as what is in one belongs together. */
export function bootstrapped(groups: readonly (readonly number[])[], seed: number): Interval {
  return intervalOf(meanOf(groups), redrawn(groups, xoroshiro128plus(seed)));
}

/** A mean that was measured in two ways that vary on their own, over groups and over repetitions: deviations of both are added. */
export function bothWays(groups: readonly (readonly number[])[], repetitions: readonly (readonly number[])[], seed: number): Interval {
  const random = xoroshiro128plus(seed);
  const [first, second] = [redrawn(groups, random), redrawn(repetitions, random)];
  const mean = meanOf(groups);
  // Redrawn means of few repetitions vary too little by n/(n − 1).
  const widened = repetitions.length > 1 ? Math.sqrt(repetitions.length / (repetitions.length - 1)) : 1;
  const middle = meanOf(repetitions);
  return intervalOf(mean, first.map((value, at) => value + widened * ((second[at] ?? middle) - middle)));
}

function meanOf(groups: readonly (readonly number[])[]): number {
  const count = groups.reduce((sum, { length }) => sum + length, 0);
  return count === 0 ? 0 : groups.reduce((sum, group) => sum + group.reduce((a, b) => a + b, 0), 0) / count;
}

/** Means over groups drawn with replacement. */
function redrawn(groups: readonly (readonly number[])[], random: ReturnType<typeof xoroshiro128plus>): number[] {
  const sums = groups.map((group) => group.reduce((a, b) => a + b, 0));
  return Array.from({ length: ROUNDS }, () => {
    let [sum, count] = [0, 0];
    for (const at of groups.map(() => uniformInt(random, 0, groups.length - 1))) {
      sum += sums[at] ?? 0;
      count += groups[at]?.length ?? 0;
    }
    return count === 0 ? 0 : sum / count;
  });
}

function intervalOf(mean: number, means: readonly number[]): Interval {
  const sorted = [...means].sort((a, b) => a - b);
  return { mean, low: sorted[Math.floor(0.025 * ROUNDS)] ?? mean, high: sorted[Math.ceil(0.975 * ROUNDS) - 1] ?? mean };
}

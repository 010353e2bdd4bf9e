import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A mean with its 95 % percentile interval (Efron, 1979). */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const ROUNDS = 1000;

/** The mean over all values of all groups; whole groups are drawn again, as what is in one belongs together. */
export function bootstrapped(groups: readonly (readonly number[])[], seed: number): Interval {
  const sums = groups.map((group) => group.reduce((a, b) => a + b, 0));
  const counts = groups.map(({ length }) => length);
  const random = xoroshiro128plus(seed);
  const means = Array.from({ length: ROUNDS }, () => {
    let [sum, count] = [0, 0];
    for (const at of groups.map(() => uniformInt(random, 0, groups.length - 1))) {
      sum += sums[at] ?? 0;
      count += counts[at] ?? 0;
    }
    return count === 0 ? 0 : sum / count;
  }).sort((a, b) => a - b);
  const [sum, count] = [sums, counts].map((each) => each.reduce((a, b) => a + b, 0));
  return { mean: (sum ?? 0) / (count ?? 1), low: means[Math.floor(0.025 * ROUNDS)] ?? 0, high: means[Math.ceil(0.975 * ROUNDS) - 1] ?? 0 };
}

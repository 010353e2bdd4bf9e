import { mean, type Estimate } from "./estimate.ts";
import { studentQuantile } from "./student-quantile.ts";

/**
 * The mean of values that come in groups, alike within and independent between, such as the scores of near-duplicates: with a 95 % interval from
 * the sums of the groups' deviations (cluster-robust; Liang and Zeger, 1986). Degrees of freedom: how many groups of equal weight would vary as much.
 *
 * @param groups - the group of each value
 */
export function groupedMean(values: readonly number[], groups: readonly number[]): Estimate {
  const value = mean(values);
  const sums = new Map<number, number>();
  values.forEach((each, at) => sums.set(groups[at] ?? at, (sums.get(groups[at] ?? at) ?? 0) + each - value));
  let [squares, fourths] = [0, 0];
  for (const sum of sums.values()) {
    squares += sum * sum;
    fourths += sum * sum * sum * sum;
  }
  const correction = sums.size > 1 ? sums.size / (sums.size - 1) : 1;
  const standardError = Math.sqrt(correction * squares) / Math.max(1, values.length);
  const half = studentQuantile(fourths === 0 ? sums.size - 1 : (squares * squares) / fourths - 1) * standardError;
  return { value, low: value - half, high: value + half, standardError };
}

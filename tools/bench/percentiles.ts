/** The median and the 99th percentile of one run. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** By nearest rank. */
export function percentilesOf(samples: readonly number[]): Percentiles {
  const sorted = [...samples].sort((a, b) => a - b);
  return { p50: ofSorted(sorted, 0.5), p99: ofSorted(sorted, 0.99) };
}

/** The value below which that share of the samples lies, by nearest rank. */
export function percentileOf(samples: readonly number[], share: number): number {
  return ofSorted([...samples].sort((a, b) => a - b), share);
}

function ofSorted(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The median over runs, with the least and the most. */
export function overRuns(values: readonly number[], digits = 3): string {
  const { p50 } = percentilesOf(values);
  return `${p50.toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;
}

import { sum, wholeWealth } from "./wager.ts";

/**
 * Whether the promise ceased to hold lately (Shiryaev–Roberts by betting): D ← (D + 1)·f for each of the odds, and an alarm once their
 * mean reaches the run length. Since E f ≤ 1 while the promise holds, D − t is a supermartingale, hence the expected number of calls
 * up to a false alarm is at least the run length. After an alarm it starts anew. It knows no α: reported apart, it contradicts nothing.
 */
export interface DriftDetector {
  readonly sums: readonly number[];
  readonly alarms: number;
  /** The call of the stream at which it last rang. */
  readonly lastAt: number | null;
}

export function newDriftDetector(odds: readonly number[]): DriftDetector {
  return { sums: odds.map(() => 0), alarms: 0, lastAt: null };
}

/** @param call - number of the call in its stream */
export function detectDrift(detector: DriftDetector, factors: readonly number[], runLength: number, call: number): DriftDetector {
  const sums = detector.sums.map((held, index) => (held + 1) * (factors[index] ?? 1));
  if (wholeWealth(sum(sums) / sums.length) < runLength) return { ...detector, sums };
  return { sums: sums.map(() => 0), alarms: detector.alarms + 1, lastAt: call };
}

/** An alarm stands for a tenth of the run length, in calls, after it was given. */
export function driftStands({ lastAt }: DriftDetector, runLength: number, call: number): boolean {
  return lastAt !== null && call - lastAt < Math.ceil(runLength / 10);
}

import { percentilesOf } from "../percentiles.ts";

/** One round of a run: what the calibration took and what a decision of each point took, in one unit. */
export interface GuardRound {
  readonly calibration: number;
  readonly points: Readonly<Record<string, number>>;
}

/** What was recorded: how many calibrations a decision of each point takes. */
export interface RecordedRatios {
  /** A point fails above its recorded ratio times this. */
  readonly tolerance: number;
  readonly ratios: Readonly<Record<string, number>>;
}

export interface PointVerdict {
  readonly point: string;
  /** The median over rounds. */
  readonly ratio: number;
  readonly recorded: number;
  readonly holds: boolean;
}

/**
 * Whether decisions take what they took, by ratios within each round: a machine that is slower, or slow for a while, slows the
 * calibration as well.
 *
 * @throws if a point was not recorded, or a recorded one not measured: a guard does not pass for want of a number
 */
export function judge(rounds: readonly GuardRound[], { tolerance, ratios }: RecordedRatios): readonly PointVerdict[] {
  const measured = ratiosOf(rounds);
  const unmeasured = Object.keys(ratios).filter((point) => !(point in measured));
  if (unmeasured.length > 0) throw new Error(`Recorded but not measured: ${unmeasured.join(", ")}. Measure them, or record again.`);
  return Object.entries(measured).map(([point, ratio]) => {
    const recorded = ratios[point];
    if (recorded === undefined || !(recorded > 0)) throw new Error(`Point ${JSON.stringify(point)} has no recorded ratio. Run with --record.`);
    return { point, ratio, recorded, holds: ratio <= recorded * tolerance };
  });
}

/** Of each point, the median over rounds of its time by that of the calibration. */
export function ratiosOf(rounds: readonly GuardRound[]): Readonly<Record<string, number>> {
  const points = Object.keys(rounds[0]?.points ?? {});
  return Object.fromEntries(points.map((point) => [point, percentilesOf(rounds.map(({ calibration, points: times }) => (times[point] ?? Number.NaN) / calibration)).p50]));
}

/** Of several verdicts on the same points the best of each: what slows a machine for one attempt is no fault of the code. */
export function best(attempts: readonly (readonly PointVerdict[])[]): readonly PointVerdict[] {
  const found = new Map<string, PointVerdict>();
  for (const verdict of attempts.flat()) {
    const known = found.get(verdict.point);
    if (known === undefined || verdict.ratio < known.ratio) found.set(verdict.point, verdict);
  }
  return [...found.values()];
}

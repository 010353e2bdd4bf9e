import { CaioError } from "@caio/core";

import { difference, estimate, loggedValue, mean, targetValue, type Estimate } from "./estimate.ts";
import type { LoggedRow, RewardRange } from "./logged-row.ts";
import { diagnoseOverlap, lackOfOverlap, type NoOverlapReason, type Overlap, type OverlapFloors } from "./overlap.ts";
import { prepareRows, type PreparedAction, type PreparedRow } from "./prepared-row.ts";
import { crossFit, type FitRewards } from "./reward-model.ts";

/** What an evaluation needs beside the rows. */
export interface EvaluationOptions<Row extends LoggedRow> {
  /** Where rewards lie; one outside is an error, since bounds rest on it. */
  readonly range: RewardRange;
  /** Makes the reward predictions of the doubly robust estimate; it is cross-fitted here. */
  readonly fit: FitRewards<Row>;
  readonly floors?: OverlapFloors;
}

/** What lies between the worst and the best that rewards could have been where the log cannot see, with sampling error on top. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
  /** Share of the target's mass that was taken as unseen. */
  readonly unseen: number;
}

/** What a log says of the value of a policy that did not make it: mean rewards, with 95 % intervals. */
export type Evaluation =
  | {
      readonly kind: "estimated";
      readonly overlap: Overlap;
      /** Of the policy that decided. */
      readonly logged: Estimate;
      readonly inversePropensity: Estimate;
      readonly selfNormalised: Estimate;
      /** The one to read. */
      readonly doublyRobust: Estimate;
      /** Doubly robust: target less logged. Tighter than the two apart. */
      readonly difference: Estimate;
    }
  | {
      readonly kind: "no_overlap";
      readonly overlap: Overlap;
      readonly reason: NoOverlapReason;
      readonly logged: Estimate;
      readonly bounds: Bounds;
    };

/**
 * Evaluates a target policy on rows that another one logged. Where the log has no overlap it gives no estimate, but what can still be said:
 * bounds (Manski, 1990).
 *
 * Rows may come from a policy that learned meanwhile, as long as each row has the chances of its own moment.
 *
 * @throws CaioError `InvalidOutcomes` for a reward outside the range, or an action taken that could not be
 *
 * @example
 * ```ts
 * import { armMeans, evaluatePolicy, type LoggedRow } from "@caio/learning";
 *
 * const half = { numerator: 1, denominator: 2 };
 * const [never, always] = [{ numerator: 0, denominator: 1 }, { numerator: 1, denominator: 1 }];
 * const actions = [{ arm: 0, logged: half, target: never }, { arm: 1, logged: half, target: always }];
 * const rows = Array.from({ length: 100 }, (_row, at): LoggedRow => ({ actions, chosen: at % 2, reward: at % 2 }));
 * const answer = evaluatePolicy(rows, { range: { low: 0, high: 1 }, fit: armMeans });
 * if (answer.kind === "estimated") console.log(answer.doublyRobust);
 * ```
 */
export function evaluatePolicy<Row extends LoggedRow>(rows: readonly Row[], { range, fit, floors = {} }: EvaluationOptions<Row>): Evaluation {
  requireRange(rows, range);
  const overlap = diagnoseOverlap(rows);
  const prepared = prepareRows(rows, crossFit(rows, fit));
  const worst = worstSquare(range);
  const overall = mean(rows.map(({ reward }) => reward));
  const logged = estimate(prepared, { coefficient: loggedValue, predict: () => overall, worstSquare: worst, size: rows.length });
  const reason = lackOfOverlap(overlap, floors);
  if (reason !== undefined) return { kind: "no_overlap", overlap, reason, logged, bounds: boundsOf(prepared, range, seenOf(overlap, floors)) };
  const target = { coefficient: targetValue, worstSquare: worst, size: overlap.expectedSize };
  const normalised = selfNormalisedValue(prepared);
  return {
    kind: "estimated",
    overlap,
    logged,
    inversePropensity: estimate(prepared, { ...target, predict: () => 0, worstSquare: Math.max(range.low * range.low, range.high * range.high) }),
    selfNormalised: estimate(prepared, { ...target, predict: () => normalised }),
    doublyRobust: estimate(prepared, target),
    difference: estimate(prepared, { ...target, coefficient: difference }),
  };
}

/**
 * What rewards between the ends of the range allow (Manski, 1990): actions that were never taken, or that would weigh more than `heaviest`, count
 * as unseen and stand at either end.
 */
function boundsOf(rows: readonly PreparedRow[], range: RewardRange, { heaviest, size }: Seen): Bounds {
  if (rows.length === 0) return { ...range, unseen: 1 };
  const coefficient = (action: PreparedAction): number => (targetValue(action) > heaviest ? 0 : targetValue(action));
  const ended = (end: number): Estimate => {
    // Σ target·reward = end + Σ target·(reward − end): what is unseen stands at the end.
    const shifted = rows.map((row) => ({ ...row, reward: row.reward - end }));
    return estimate(shifted, { coefficient, predict: ({ predicted }) => predicted - end, worstSquare: worstSquare(range), size });
  };
  return {
    low: Math.max(range.low, range.low + ended(range.low).low),
    high: Math.min(range.high, range.high + ended(range.high).high),
    unseen: mean(rows.map(({ actions, uncovered }) => actions.reduce((sum, action) => sum + (coefficient(action) === 0 ? action.target : 0), uncovered))),
  };
}

/** What counts as seen, and by how many rows. */
interface Seen {
  readonly heaviest: number;
  readonly size: number;
}

/** Where a few heavy rows would say nothing, they are better left out; where only some mass is uncovered, the rest can be estimated. */
function seenOf(overlap: Overlap, floors: OverlapFloors): Seen {
  if (lackOfOverlap(overlap, { ...floors, uncovered: 1 }) === undefined) return { heaviest: Number.POSITIVE_INFINITY, size: overlap.expectedSize };
  return { heaviest: LIGHT, size: overlap.rows };
}

const LIGHT = 2;

/** Σ weight·reward / Σ weight; of nothing 0. */
function selfNormalisedValue(rows: readonly PreparedRow[]): number {
  let [sum, weights] = [0, 0];
  for (const { taken, reward } of rows) {
    sum += targetValue(taken) * reward;
    weights += targetValue(taken);
  }
  return weights === 0 ? 0 : sum / weights;
}

/** The largest variance that a range allows. */
function worstSquare({ low, high }: RewardRange): number {
  return ((high - low) * (high - low)) / 4;
}

function requireRange(rows: readonly LoggedRow[], { low, high }: RewardRange): void {
  if (!(low < high)) throw new CaioError("InvalidOutcomes", `Found a range from ${String(low)} to ${String(high)}, expected its low end below its high end.`);
  const at = rows.findIndex(({ reward }) => !(reward >= low && reward <= high));
  const found = rows[at];
  if (found === undefined) return;
  throw new CaioError("InvalidOutcomes", `Row ${String(at)}: found reward ${String(found.reward)}, expected one from ${String(low)} to ${String(high)}.`);
}

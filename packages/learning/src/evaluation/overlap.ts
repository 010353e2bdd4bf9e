import { chanceOf, chosenAction, type LoggedRow } from "./logged-row.ts";

/** How far a log can speak for a policy that did not make it. */
export interface Overlap {
  readonly rows: number;
  /** Share of the target policy's mass, over all rows, on actions that the logging policy never took. */
  readonly uncovered: number;
  /** Rows with any such mass. */
  readonly uncoveredRows: number;
  /** Rows where the two policies are not the same. */
  readonly changedRows: number;
  /** Rows where they are not, and the action taken is one that the target policy might have taken. */
  readonly seenChanges: number;
  /** Largest ratio of target to logged chance among the actions that could be taken. */
  readonly largestWeight: number;
  /** How many rows made by the target policy itself would say as much of what the log can see: (Σ E[weight])² / Σ E[weight²], from the chances, not from the draw. */
  readonly expectedSize: number;
  /** The same from the draw: (Σ weight)² / Σ weight² (Kish). 0 if no action taken is one of the target policy's. */
  readonly effectiveSize: number;
}

/** How two policies overlap on a log: a matter of chances alone, whatever the rewards were. */
export function diagnoseOverlap(rows: readonly LoggedRow[]): Overlap {
  let [uncovered, uncoveredRows, changedRows, seenChanges, largestWeight, covered, expected, sum, squares] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  rows.forEach((row, at) => {
    let missed = 0;
    let changed = false;
    for (const { logged, target } of row.actions) {
      const [before, after] = [chanceOf(logged), chanceOf(target)];
      if (before !== after) changed = true;
      if (after === 0) continue;
      if (before === 0) missed += after;
      else {
        covered += after;
        largestWeight = Math.max(largestWeight, after / before);
        expected += (after * after) / before;
      }
    }
    const taken = chosenAction(row, at);
    const weight = chanceOf(taken.target) / chanceOf(taken.logged);
    sum += weight;
    squares += weight * weight;
    uncovered += missed;
    if (missed > 0) uncoveredRows++;
    if (changed) changedRows++;
    if (changed && weight > 0) seenChanges++;
  });
  const { length } = rows;
  return {
    rows: length,
    uncovered: length === 0 ? 0 : uncovered / length,
    uncoveredRows,
    changedRows,
    seenChanges,
    largestWeight,
    expectedSize: expected === 0 ? 0 : (covered * covered) / expected,
    effectiveSize: squares === 0 ? 0 : (sum * sum) / squares,
  };
}

/** What a log must offer before a number is given. */
export interface OverlapFloors {
  /** Most of the target's mass that may lie where the log cannot see; default 0. */
  readonly uncovered?: number;
  /** Least expected effective size; default 10: below, an interval would be as wide as the range, or too narrow. */
  readonly expectedSize?: number;
  /** Largest weight; default 10 000: one row would speak for so many. */
  readonly largestWeight?: number;
}

const FLOORS = { uncovered: 0, expectedSize: 10, largestWeight: 10_000 };

/** Why nothing is estimated. */
export type NoOverlapReason = "no_rows" | "uncovered" | "effective_size" | "largest_weight";

/** Why the log has no answer, undefined if it has one. */
export function lackOfOverlap(overlap: Overlap, floors: OverlapFloors = {}): NoOverlapReason | undefined {
  const { uncovered, expectedSize, largestWeight } = { ...FLOORS, ...floors };
  if (overlap.rows === 0) return "no_rows";
  if (overlap.uncovered > uncovered) return "uncovered";
  if (overlap.expectedSize < expectedSize) return "effective_size";
  return overlap.largestWeight > largestWeight ? "largest_weight" : undefined;
}

import { CaioError } from "@caio/core";

import { chanceOf, chosenAction, type LoggedRow } from "./logged-row.ts";
import type { RowPrediction } from "./reward-model.ts";

/** A row as estimates read it: numbers alone, of the actions that the logging policy could take. */
export interface PreparedRow {
  readonly actions: readonly PreparedAction[];
  readonly taken: PreparedAction;
  readonly reward: number;
  /** Of the target policy's mass, the share on actions that were never taken. */
  readonly uncovered: number;
}

export interface PreparedAction {
  readonly arm: number;
  readonly logged: number;
  readonly target: number;
  readonly predicted: number;
}

/** How far sums of chances may be from 1: what their divisions are rounded by. */
const ROUNDING = 1e-9;

/** @throws CaioError `InvalidOutcomes` for an action taken that could not be, or chances that do not sum to 1 */
export function prepareRows(rows: readonly LoggedRow[], predict: RowPrediction): readonly PreparedRow[] {
  return rows.map((row, at) => {
    chosenAction(row, at);
    const all = row.actions.map(({ arm, logged, target }, place): PreparedAction => ({ arm, logged: chanceOf(logged), target: chanceOf(target), predicted: predict(at, place) }));
    const [logged, target] = [sumOf(all, (action) => action.logged), sumOf(all, (action) => action.target)];
    const taken = all[row.chosen];
    if (taken === undefined || Math.abs(logged - 1) > ROUNDING || Math.abs(target - 1) > ROUNDING) {
      throw new CaioError("InvalidOutcomes", `Row ${String(at)}: found chances that sum to ${String(logged)} and ${String(target)}, expected 1 each.`);
    }
    const actions = all.filter((action) => action.logged > 0);
    return { actions, taken, reward: row.reward, uncovered: sumOf(all, (action) => (action.logged > 0 ? 0 : action.target)) };
  });
}

function sumOf(actions: readonly PreparedAction[], read: (action: PreparedAction) => number): number {
  let sum = 0;
  for (const action of actions) sum += read(action);
  return sum;
}

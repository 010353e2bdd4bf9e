import { chosenAction, type LoggedRow } from "./logged-row.ts";

/** The reward that is expected of one of a row's actions, by its place. Any number will do: a bad guess costs width, not truth. */
export type RewardModel<Row extends LoggedRow> = (row: Row, action: number) => number;

/** Makes a model of rewards from the rows given, and from nothing else. */
export type FitRewards<Row extends LoggedRow> = (rows: readonly Row[]) => RewardModel<Row>;

/** The reward that is expected of an action of the row at this index. */
export type RowPrediction = (row: number, action: number) => number;

const FOLDS = 5;

/**
 * Predictions for every row by a model that never saw it: the rows are dealt into folds in turn, and each fold is predicted by what was
 * fitted on the others (cross-fitting; Chernozhukov et al., 2018). That is what keeps a doubly robust estimate unbiased.
 */
export function crossFit<Row extends LoggedRow>(rows: readonly Row[], fit: FitRewards<Row>, folds = FOLDS): RowPrediction {
  const models = Array.from({ length: folds }, (_fold, fold) => fit(rows.filter((_row, at) => at % folds !== fold)));
  return (at, action) => {
    const [row, model] = [rows[at], models[at % folds]];
    return row === undefined || model === undefined ? 0 : model(row, action);
  };
}

/** Rows by which an arm's mean is drawn towards the mean of all: an arm that was hardly tried says little. */
const SHRINKAGE = 2;

/** Each arm's mean reward, drawn towards the mean over all rows. */
export function armMeans<Row extends LoggedRow>(rows: readonly Row[]): RewardModel<Row> {
  const arms = new Map<number, { count: number; sum: number }>();
  let total = 0;
  rows.forEach((row, at) => {
    const { arm } = chosenAction(row, at);
    const kept = arms.get(arm) ?? { count: 0, sum: 0 };
    kept.count++;
    kept.sum += row.reward;
    total += row.reward;
    arms.set(arm, kept);
  });
  const overall = rows.length === 0 ? 0 : total / rows.length;
  return (row, action) => {
    const kept = arms.get(row.actions[action]?.arm ?? -1);
    return ((kept?.sum ?? 0) + SHRINKAGE * overall) / ((kept?.count ?? 0) + SHRINKAGE);
  };
}

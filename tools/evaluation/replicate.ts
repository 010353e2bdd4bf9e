import { armMeans, evaluatePolicy, scoreAt, type Estimate, type LoggedRow, type OutcomeTable, type Overlap } from "@caio/learning";

import type { SimulatedPolicy } from "./policies.ts";

const estimators = ["inversePropensity", "selfNormalised", "doublyRobust", "difference"] as const;
export type EstimatorName = (typeof estimators)[number];

/** How one estimator did over all logs that gave an estimate. */
export interface EstimatorFigures {
  readonly estimator: EstimatorName;
  readonly truth: number;
  readonly bias: number;
  readonly rmse: number;
  /** Share of the 95 % intervals that hold the truth. */
  readonly coverage: number;
  readonly width: number;
}

/** One logging policy, one target, one size of log. */
export interface CaseFigures {
  readonly logging: string;
  readonly target: string;
  readonly rows: number;
  readonly logs: number;
  readonly truth: number;
  /** Means over the logs. */
  readonly expectedSize: number;
  readonly uncovered: number;
  readonly estimators: readonly EstimatorFigures[];
  /** Of the logs that gave no estimate; null if all did. */
  readonly refused: { readonly logs: number; readonly reasons: readonly string[]; readonly coverage: number; readonly width: number } | null;
}

/** A case: what the log is made by, what is asked of it. */
export interface EvaluationCase {
  readonly table: OutcomeTable;
  readonly logging: SimulatedPolicy;
  readonly target: SimulatedPolicy;
  readonly rows: number;
  readonly logs: number;
}

/**
 * Draws logs: prompts with replacement from the table, an action of the logging policy for each; and evaluates the target on every one. The truth
 * is the target's mean over the whole table, so intervals answer for the prompts that came as well as for the actions that were drawn.
 */
export function replicate({ table, logging, target, rows, logs }: EvaluationCase, random: () => number): CaseFigures {
  const actions = table.prompts.map((_prompt, at) => actionsOf(at, logging, target));
  const [truth, loggedTruth] = [valueOf(target, table), valueOf(logging, table)];
  const truths = { inversePropensity: truth, selfNormalised: truth, doublyRobust: truth, difference: truth - loggedTruth };
  const found: Record<EstimatorName, Estimate[]> = { inversePropensity: [], selfNormalised: [], doublyRobust: [], difference: [] };
  const overlaps: Overlap[] = [];
  const refusals: { readonly reason: string; readonly low: number; readonly high: number }[] = [];
  for (let log = 0; log < logs; log++) {
    const drawn = Array.from({ length: rows }, () => rowOf(Math.floor(random() * table.prompts.length), actions, table, random()));
    const answer = evaluatePolicy(drawn, { range: { low: 0, high: 1 }, fit: armMeans });
    overlaps.push(answer.overlap);
    if (answer.kind === "no_overlap") refusals.push({ reason: answer.reason, ...answer.bounds });
    else for (const name of estimators) found[name].push(answer[name]);
  }
  return {
    logging: logging.name,
    target: target.name,
    rows,
    logs,
    truth,
    expectedSize: meanOf(overlaps.map(({ expectedSize }) => expectedSize)),
    uncovered: meanOf(overlaps.map(({ uncovered }) => uncovered)),
    estimators: estimators.filter((name) => found[name].length > 0).map((estimator) => figuresOf(estimator, found[estimator], truths[estimator])),
    refused: refusals.length === 0 ? null : { logs: refusals.length, reasons: [...new Set(refusals.map(({ reason }) => reason))].sort(), ...heldBy(refusals, truth) },
  };
}

function actionsOf(prompt: number, logging: SimulatedPolicy, target: SimulatedPolicy): LoggedRow["actions"] {
  const after = target.chances[prompt] ?? [];
  return (logging.chances[prompt] ?? []).map((logged, arm) => ({ arm, logged, target: after[arm] ?? { numerator: 0, denominator: 1 } }));
}

function rowOf(prompt: number, actions: readonly LoggedRow["actions"][], table: OutcomeTable, lot: number): LoggedRow {
  const open = actions[prompt] ?? [];
  let rest = lot;
  // Rounding may leave a little of the lot: then the last that could be taken is.
  let chosen = open.findLastIndex(({ logged }) => logged.numerator > 0);
  for (const [place, { logged }] of open.entries()) {
    rest -= logged.numerator / logged.denominator;
    if (rest >= 0) continue;
    chosen = place;
    break;
  }
  return { actions: open, chosen, reward: scoreAt(table, prompt, chosen) };
}

/** The true value of a policy on a table. */
export function valueOf({ chances }: SimulatedPolicy, table: OutcomeTable): number {
  let sum = 0;
  chances.forEach((row, prompt) => {
    row.forEach(({ numerator, denominator }, model) => (sum += numerator === 0 ? 0 : (numerator / denominator) * scoreAt(table, prompt, model)));
  });
  return sum / chances.length;
}

function figuresOf(estimator: EstimatorName, found: readonly Estimate[], truth: number): EstimatorFigures {
  const bias = meanOf(found.map(({ value }) => value)) - truth;
  const rmse = Math.sqrt(meanOf(found.map(({ value }) => (value - truth) * (value - truth))));
  return { estimator, truth, bias, rmse, ...heldBy(found, truth) };
}

function heldBy(intervals: readonly { readonly low: number; readonly high: number }[], truth: number): { readonly coverage: number; readonly width: number } {
  const held = intervals.filter(({ low, high }) => low <= truth && truth <= high).length;
  return { coverage: held / intervals.length, width: meanOf(intervals.map(({ low, high }) => high - low)) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

import type { PreparedAction, PreparedRow } from "./prepared-row.ts";
import { studentQuantile } from "./student-quantile.ts";

/** A mean with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
}

/** How much an action's reward counts, per unit of its logged chance. */
export type Coefficient = (action: PreparedAction) => number;

/** target / logged: the value of the target policy. */
export const targetValue: Coefficient = ({ logged, target }) => target / logged;
/** The value of the policy that decided. */
export const loggedValue: Coefficient = () => 1;
/** The first less the second. */
export const difference: Coefficient = ({ logged, target }) => target / logged - 1;

/** What an estimate is made from beside the rows. */
export interface EstimateTerms {
  readonly coefficient: Coefficient;
  /** The reward that is expected of an action; default: what was prepared with the rows. */
  readonly predict?: (action: PreparedAction) => number;
  /** The squared error of the worst kind of row, with which each arm's is mixed. */
  readonly worstSquare: number;
  /** Rows that the target policy itself would have needed to say as much. */
  readonly size: number;
}

/** What a row gives: its term, the part of it that is no matter of luck, and the error of its prediction. */
interface Term {
  readonly value: number;
  readonly known: number;
  readonly arm: number;
  readonly error: number;
}

const WORST_ROWS = 2;

/**
 * The mean over rows of Σₐ logged(a)·c(a)·q(a) + c(taken)·(reward − q(taken)): unbiased whatever q, as long as q never saw the row and c is
 * nothing where the logged chance is. q = 0 is inverse propensity scoring, a good q the doubly robust estimate (Dudík et al., 2014).
 *
 * The interval is ± t standard errors. The variance is the larger of two: that of the terms, and the one that follows from the logged
 * chances, which are known exactly, with each arm's mean squared error mixed with two rows of the worst kind. The first alone is too small
 * where few of the target's actions were drawn, because it has not seen the weights that it did not draw. Degrees of freedom: the rows that the
 * target policy itself would have needed to say as much.
 */
export function estimate(rows: readonly PreparedRow[], terms: EstimateTerms): Estimate {
  const made = rows.map((row) => termOf(row, terms));
  const value = mean(made.map((term) => term.value));
  const variance = Math.max(varianceOf(made.map((term) => term.value)), foreseenVariance(rows, made, terms));
  const standardError = Math.sqrt(variance / Math.max(1, rows.length));
  const half = studentQuantile(terms.size - 1) * standardError;
  return { value, low: value - half, high: value + half, standardError };
}

function termOf({ actions, taken, reward }: PreparedRow, { coefficient, predict = prepared }: EstimateTerms): Term {
  let known = 0;
  for (const action of actions) known += action.logged * coefficient(action) * predict(action);
  const error = reward - predict(taken);
  return { value: known + coefficient(taken) * error, known, arm: taken.arm, error };
}

function prepared({ predicted }: PreparedAction): number {
  return predicted;
}

/** Var(known) + E[Σₐ logged·c²·E[error² | arm]] − E[c·error]². */
function foreseenVariance(rows: readonly PreparedRow[], made: readonly Term[], { coefficient, worstSquare }: EstimateTerms): number {
  const arms = new Map<number, { count: number; squares: number }>();
  for (const { arm, error } of made) {
    const kept = arms.get(arm) ?? { count: 0, squares: 0 };
    kept.count++;
    kept.squares += error * error;
    arms.set(arm, kept);
  }
  const squareOf = (arm: number): number => {
    const kept = arms.get(arm);
    return ((kept?.squares ?? 0) + WORST_ROWS * worstSquare) / ((kept?.count ?? 0) + WORST_ROWS);
  };
  let sum = 0;
  for (const { actions } of rows) {
    for (const action of actions) {
      const factor = coefficient(action);
      if (factor !== 0) sum += action.logged * factor * factor * squareOf(action.arm);
    }
  }
  const drift = mean(made.map(({ value, known }) => value - known));
  return varianceOf(made.map(({ known }) => known)) + Math.max(0, sum / Math.max(1, rows.length) - drift * drift);
}

export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Unbiased; 0 for fewer than two. */
function varianceOf(values: readonly number[]): number {
  const middle = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - middle) * (value - middle);
  return values.length < 2 ? 0 : sum / (values.length - 1);
}

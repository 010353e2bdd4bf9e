import { CaioError } from "@caio/core";

/** A probability as an exact fraction: safe integers, 0 ≤ numerator ≤ denominator, denominator > 0. */
export interface Chance {
  readonly numerator: number;
  readonly denominator: number;
}

/** An action that was open at a decision, and how likely each of two policies was to take it. */
export interface OpenAction {
  /** The same number for the same action in every row. */
  readonly arm: number;
  /** Under the policy that decided. */
  readonly logged: Chance;
  /** Under the policy that is asked about. */
  readonly target: Chance;
}

/** One logged decision: what was open, what was taken, what came of it. Features, if any, are a matter of the row's own type. */
export interface LoggedRow {
  /** All that were open, each once; both policies' chances sum to 1. */
  readonly actions: readonly OpenAction[];
  /** Place of the action taken among `actions`. */
  readonly chosen: number;
  /** Of the action taken; in the unit of the range that the estimate is asked for. */
  readonly reward: number;
}

/** Where rewards lie, both ends included. */
export interface RewardRange {
  readonly low: number;
  readonly high: number;
}

/** @throws CaioError `NumberOutOfRange` for what is no fraction of 1 */
export function chanceOf({ numerator, denominator }: Chance): number {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator <= 0 || numerator < 0 || numerator > denominator) {
    throw new CaioError("NumberOutOfRange", `Found a chance of ${String(numerator)}/${String(denominator)}, expected a fraction from 0 to 1.`);
  }
  return numerator / denominator;
}

/** The action that a row says was taken. @throws CaioError `InvalidOutcomes` if it was not open, or could not have been taken */
export function chosenAction({ actions, chosen }: LoggedRow, row: number): OpenAction {
  const action = actions[chosen];
  if (action !== undefined && action.logged.numerator > 0) return action;
  throw new CaioError("InvalidOutcomes", `Row ${String(row)}: found action ${String(chosen)} taken, expected one of the ${String(actions.length)} that were open and could be taken.`);
}

import { MICRO } from "@caio/core";
import { ODDS_IN_FAVOUR } from "@caio/guarantees";

import { factorsInFavour } from "./paired-wager.ts";
import { requireQualityTerms, type QualityTerms } from "./quality-terms.ts";

/** A trade-off that may be chosen, and what it did on outcomes that it was not fitted on. */
export interface TradeOffEvidence<T> {
  readonly tradeOff: T;
  /** Paired differences to the reference, micros, per group that is to be kept on its own: all in one, or one group per family of prompts. */
  readonly differences: readonly (readonly number[])[];
}

/** What was found of one of them. */
export interface TradeOffTest<T> {
  readonly tradeOff: T;
  /** The least mean difference of a group, micros, rounded down. */
  readonly worstMicros: number;
  /** The least capital of a group; its p-value is 1 over it. */
  readonly capital: number;
  readonly passed: boolean;
}

/** The last that passed, or null: abstain. Tests end with the first that failed. */
export interface ChosenTradeOff<T> {
  readonly chosen: T | null;
  readonly tests: readonly TradeOffTest<T>[];
}

/**
 * Learn then test (Angelopoulos, Bates, Candès, Jordan & Lei, 2021) by fixed sequence: the trade-offs are tested in the order given, from
 * the most careful to the one that saves most, each at the full risk, until one fails. The chance that the chosen one breaks the promise
 * is at most the risk, whatever the distribution, if the evidence is an independent sample of what is to come, was not fitted on, and the
 * order was fixed without it. Of several groups each has to pass, so the promise holds for each at once and no correction is due.
 *
 * The p-value of a group is 1/K, K the mean over the odds of the product of bets (Waudby-Smith & Ramdas, 2024; Ville): small
 * differences of little spread are told from the margin much sooner than by Hoeffding's bound.
 *
 * @throws CaioError `NumberOutOfRange` for terms that are none or a difference outside ±1 000 000
 */
export function chooseTradeOff<T>(candidates: readonly TradeOffEvidence<T>[], terms: QualityTerms): ChosenTradeOff<T> {
  requireQualityTerms(terms);
  const tests: TradeOffTest<T>[] = [];
  let chosen: T | null = null;
  for (const { tradeOff, differences } of candidates) {
    const capital = differences.length === 0 ? 0 : Math.min(...differences.map((group) => capitalOf(group, terms.marginMicros)));
    const passed = capital * terms.riskMicros >= MICRO;
    tests.push({ tradeOff, worstMicros: Math.floor(Math.min(...(differences.length === 0 ? [[]] : differences).map(meanOf))), capital, passed });
    if (!passed) break;
    chosen = tradeOff;
  }
  return { chosen, tests };
}

/** Covers what rounding adds over 2^30 factors, and stops before anything overflows. */
const SLACK = 1 - 1 / 1_048_576;
const CAP = 1e150;

/** Capital of fixed bets, each of the odds with an equal part: the order of the differences makes no difference but to rounding. */
function capitalOf(differences: readonly number[], marginMicros: number): number {
  let held: readonly number[] = ODDS_IN_FAVOUR.map(() => 1);
  for (const difference of differences) {
    const factors = factorsInFavour(difference, marginMicros);
    held = held.map((capital, at) => Math.min(CAP, capital * (factors[at] ?? 1)));
  }
  return (held.reduce((total, capital) => total + capital, 0) / held.length) * SLACK;
}

function meanOf(differences: readonly number[]): number {
  return differences.length === 0 ? -MICRO : differences.reduce((total, difference) => total + difference, 0) / differences.length;
}

import { CaioError } from "@caio/core";

import type { Candidate } from "./request.ts";

/** A score in `ValueModel.scores` is in this many parts of 1. */
export const SCORE_PARTS = 250;
/** Stands in `ValueModel.scores` where a pair was not tried. */
export const NOT_TRIED = 255;

/**
 * What pairs scored on past requests: a base of cases that is asked for the most alike. It is fitted offline and does not change;
 * its digest names it.
 */
export interface ValueModel {
  /** Of the encoder whose features the cases are. */
  readonly encoderId: string;
  /** Numbers of a case. */
  readonly dimension: number;
  /** In (service, model) order; the columns of `scores`. */
  readonly pairs: readonly Candidate[];
  /** How many cases are asked, 1 … 4 096. */
  readonly neighbours: number;
  /** How many cases a pair's own mean counts as, in micros. */
  readonly priorWeightMicros: number;
  /** One case after the other, each scaled so that its largest number is ±127 (`caseOf`). */
  readonly cases: Int8Array;
  /** Per case and pair: score · 250, or 255 where the pair was not tried. */
  readonly scores: Uint8Array;
}

const MAX_PAIRS = 1_024;
const MAX_CASES = 65_536;
const MAX_NUMBERS = 1 << 26;
const MAX_NEIGHBOURS = 4_096;

/** @throws CaioError `InvalidHistory` unless the parts fit together and are within bounds: 1 024 pairs, 65 536 cases, 67 million numbers. */
export function requireValueModel(model: ValueModel): void {
  const { cases, scores, pairs, dimension, neighbours, priorWeightMicros } = model;
  const count = cases.length / dimension;
  if (neighbours < 1 || neighbours > MAX_NEIGHBOURS) {
    throw new CaioError("InvalidHistory", `Found a value model that asks ${String(neighbours)} cases, expected 1 to ${String(MAX_NEIGHBOURS)}.`);
  }
  const names = pairs.map(({ service, model: name }) => JSON.stringify([service, name]));
  if (new Set(names).size < names.length) throw new CaioError("InvalidHistory", "Found a value model with one pair twice, expected each once.");
  const right =
    within(pairs.length, MAX_PAIRS) && within(dimension, 1_024) && within(count, MAX_CASES) && within(neighbours, MAX_NEIGHBOURS) &&
    cases.length <= MAX_NUMBERS && scores.length === count * pairs.length &&
    Number.isSafeInteger(priorWeightMicros) && priorWeightMicros >= 0 && !scores.some((score) => score > SCORE_PARTS && score !== NOT_TRIED);
  if (right) return;
  throw new CaioError("InvalidHistory", `Found a value model of ${String(count)} cases, ${String(pairs.length)} pairs and ${String(scores.length)} scores that do not fit together, expected one as it was fitted.`);
}

function within(value: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= max;
}

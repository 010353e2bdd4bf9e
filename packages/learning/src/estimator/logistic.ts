import { expExact } from "@caio/control";

import { scoreAt, type OutcomeTable } from "../table/outcome-table.ts";
import { hashedWords, type SparseRow } from "./hashed-words.ts";
import type { Predictor } from "./predictor.ts";

const ITERATIONS = 120;

/**
 * Logistic regression of each model's score on hashed words and word pairs: cross-entropy with `penalty`/2·‖w‖² and a free constant, by 120
 * steps of accelerated gradient descent (Nesterov, 1983). Scores between 0 and 1 count as that share of a success; unknown ones do not count.
 */
export function fitLogistic(table: OutcomeTable, penalty: number): Predictor {
  const rows = table.prompts.map(hashedWords);
  const fits = table.models.map((_, model) => fitOne(rows, Float64Array.from(rows, (__, index) => scoreAt(table, index, model)), penalty));
  return ({ text }) => {
    const row = hashedWords(text);
    return Float64Array.from(fits, (weights) => sigmoid(weights.bias + inner(row, weights.words)));
  };
}

interface Weights {
  readonly words: Float64Array;
  readonly bias: number;
}

function fitOne(rows: readonly SparseRow[], scores: Float64Array, penalty: number): Weights {
  const size = rows[0]?.size ?? 0;
  // Rows have length 1 and the constant is 1 more: the curvature of a row's loss is at most ¼·2, of all of them together that of the mean.
  const step = 1 / (0.5 + penalty / rows.length);
  let [words, bias] = [new Float64Array(size), 0];
  let [before, biasBefore] = [words, 0];
  for (let iteration = 1; iteration <= ITERATIONS; iteration++) {
    const push = (iteration - 1) / (iteration + 2);
    const at = words.map((value, place) => value + push * (value - (before[place] ?? 0)));
    const biasAt = bias + push * (bias - biasBefore);
    const slope = at.map((value) => (penalty / rows.length) * value);
    let biasSlope = 0;
    rows.forEach((row, index) => {
      const score = scores[index] ?? Number.NaN;
      if (Number.isNaN(score)) return;
      const error = (sigmoid(biasAt + inner(row, at)) - score) / rows.length;
      for (const [rank, place] of row.places.entries()) slope[place] = (slope[place] ?? 0) + error * (row.values[rank] ?? 0);
      biasSlope += error;
    });
    [before, biasBefore] = [words, bias];
    words = at.map((value, place) => value - step * (slope[place] ?? 0));
    bias = biasAt - step * biasSlope;
  }
  return { words, bias };
}

function inner({ places, values }: SparseRow, weights: Float64Array): number {
  let sum = 0;
  for (let rank = 0; rank < places.length; rank++) sum += (values[rank] ?? 0) * (weights[places[rank] ?? 0] ?? 0);
  return sum;
}

function sigmoid(x: number): number {
  return x < 0 ? expExact(x) / (1 + expExact(x)) : 1 / (1 + expExact(-x));
}

import { compareCandidates, NOT_TRIED, SCORE_PARTS, type Candidate, type FeatureVector, type ValueModel } from "@caio/contracts";
import { caseOf, ValueEstimator } from "@caio/control";
import { CaioError } from "@caio/core";

import { scoreAt, type OutcomeTable } from "../table/outcome-table.ts";

/** How many cases may be asked; the best is taken (`fitValueModel`). */
const CHOICES = [20, 40, 80, 160, 240, 360] as const;
/** Cases that a choice is judged on. */
const JUDGED = 400;

export interface ValueModelOptions {
  readonly encoderId: string;
  /** The pair of each model of the table, in its order. */
  readonly pairs: readonly Candidate[];
  /** 2 000 000 unless said: a pair's mean counts as two cases. */
  readonly priorWeightMicros?: number;
  /** How many cases are asked; unless said, what leaves the least error of differences between pairs (leave one out, on 400 cases). */
  readonly neighbours?: number;
}

/**
 * A value model of a table: its prompts are the cases.
 *
 * What is judged is the error of *differences* between pairs: an error that all pairs of a prompt share changes no choice.
 *
 * @param features - of each prompt, all of one length
 * @throws CaioError `InvalidOutcomes` if there is not one feature vector a prompt and one pair a model
 */
export function fitValueModel(table: OutcomeTable, features: readonly FeatureVector[], options: ValueModelOptions): ValueModel {
  const { encoderId, pairs, priorWeightMicros = 2_000_000 } = options;
  const dimension = features[0]?.length ?? 0;
  if (features.length !== table.prompts.length || pairs.length !== table.models.length || features.some(({ length }) => length !== dimension)) {
    throw new CaioError("InvalidOutcomes", `Found ${String(features.length)} feature vectors and ${String(pairs.length)} pairs for ${String(table.prompts.length)} prompts and ${String(table.models.length)} models, expected one each, of one length.`);
  }
  const sorted = [...pairs].sort(compareCandidates);
  const order = sorted.map((pair) => pairs.indexOf(pair));
  const cases = new Int8Array(dimension * features.length);
  features.forEach((each, index) => { cases.set(caseOf(each), index * dimension); });
  const scores = new Uint8Array(features.length * order.length);
  for (let index = 0; index < features.length; index++) {
    order.forEach((model, place) => {
      const score = scoreAt(table, index, model);
      scores[index * order.length + place] = Number.isNaN(score) ? NOT_TRIED : Math.round(score * SCORE_PARTS);
    });
  }
  const model = { encoderId, dimension, pairs: sorted, priorWeightMicros, cases, scores, neighbours: options.neighbours ?? 1 };
  return options.neighbours === undefined ? { ...model, neighbours: bestNeighbours(model, features) } : model;
}

/** The choice of least mean square error of differences, each judged case left out of its own estimate. */
function bestNeighbours(model: ValueModel, features: readonly FeatureVector[]): number {
  const width = model.pairs.length;
  const stride = Math.max(1, Math.floor(features.length / JUDGED));
  const errors = CHOICES.map(() => 0);
  const estimator = new ValueEstimator(model);
  for (let index = 0; index < features.length; index += stride) {
    const truth = model.scores.subarray(index * width, (index + 1) * width);
    estimator.leaveOut(features[index] ?? [], index, CHOICES).forEach((values, choice) => {
      errors[choice] = (errors[choice] ?? 0) + differenceError(values, truth);
    });
  }
  const least = errors.reduce((best, error, choice) => (error < (errors[best] ?? 0) ? choice : best), 0);
  return CHOICES[least] ?? CHOICES[0];
}

/** Variance of the error over the pairs that were tried. */
function differenceError(values: ArrayLike<number>, truth: Uint8Array): number {
  let [sum, squares, count] = [0, 0, 0];
  truth.forEach((score, pair) => {
    if (score === NOT_TRIED) return;
    const error = (values[pair] ?? 0) / 1e6 - score / SCORE_PARTS;
    sum += error;
    squares += error * error;
    count++;
  });
  return count === 0 ? 0 : squares - (sum * sum) / count;
}

import { scoreAt, type OutcomeTable } from "../table/outcome-table.ts";
import { solvePositive } from "./solve-positive.ts";
import type { Predictor } from "./predictor.ts";

/**
 * Ridge regression of each model's score on the features: least squares with `penalty`·‖w‖² and a free constant. Scores that are not known count
 * as the model's mean.
 */
export function fitRidge(table: OutcomeTable, features: readonly ArrayLike<number>[], penalty: number): Predictor {
  const d = features[0]?.length ?? 0;
  const width = table.models.length;
  const centre = meanOf(features, d);
  const means = Float64Array.from(table.models, (_, model) => meanScore(table, model));
  const gram = new Float64Array(d * d);
  const right = new Float64Array(d * width);
  const row = new Float64Array(d);
  features.forEach((each, index) => {
    for (let i = 0; i < d; i++) row[i] = (each[i] ?? 0) - (centre[i] ?? 0);
    addOuter(gram, row);
    for (let model = 0; model < width; model++) {
      const score = scoreAt(table, index, model);
      const residual = Number.isNaN(score) ? 0 : score - (means[model] ?? 0);
      for (let i = 0; i < d; i++) right[i * width + model] = (right[i * width + model] ?? 0) + (row[i] ?? 0) * residual;
    }
  });
  for (let i = 0; i < d; i++) gram[i * d + i] = (gram[i * d + i] ?? 0) + penalty;
  const weights = solvePositive(gram, right, d, width);
  return ({ features: asked }) =>
    means.map((mean, model) => {
      let sum = mean;
      for (let i = 0; i < d; i++) sum += ((asked[i] ?? 0) - (centre[i] ?? 0)) * (weights[i * width + model] ?? 0);
      return sum;
    });
}

/** The lower triangle of x·xᵀ. */
function addOuter(gram: Float64Array, x: Float64Array): void {
  const d = x.length;
  for (let i = 0; i < d; i++) {
    const xi = x[i] ?? 0;
    if (xi === 0) continue;
    const from = i * d;
    for (let j = 0; j <= i; j++) gram[from + j] = (gram[from + j] ?? 0) + xi * (x[j] ?? 0);
  }
}

function meanOf(features: readonly ArrayLike<number>[], d: number): Float64Array {
  const mean = new Float64Array(d);
  for (const each of features) for (let i = 0; i < d; i++) mean[i] = (mean[i] ?? 0) + (each[i] ?? 0);
  return mean.map((sum) => sum / features.length);
}

/** The mean of a model's known scores; 0 if there is none. */
export function meanScore(table: OutcomeTable, model: number): number {
  let [sum, count] = [0, 0];
  for (let index = 0; index < table.prompts.length; index++) {
    const score = scoreAt(table, index, model);
    if (Number.isNaN(score)) continue;
    sum += score;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

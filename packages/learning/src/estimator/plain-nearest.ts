import { scoreAt, type OutcomeTable } from "../table/outcome-table.ts";
import type { Predictor } from "./predictor.ts";

/** The mean score over the k prompts of most alike features (cosine), each counted once; those not tried are left out. */
export function fitPlainNearest(table: OutcomeTable, features: readonly ArrayLike<number>[], k: number): Predictor {
  const cases = features.map(unit);
  return ({ features: asked }) => {
    const query = unit(asked);
    const likeness = Float64Array.from(cases, (each) => product(each, query));
    const order = Uint32Array.from(likeness.keys()).sort((a, b) => (likeness[b] ?? 0) - (likeness[a] ?? 0) || a - b);
    return Float64Array.from(table.models, (_, model) => {
      let [sum, count] = [0, 0];
      for (let rank = 0; rank < order.length && count < k; rank++) {
        const score = scoreAt(table, order[rank] ?? 0, model);
        if (Number.isNaN(score)) continue;
        sum += score;
        count++;
      }
      return count === 0 ? 0 : sum / count;
    });
  };
}

function unit(numbers: ArrayLike<number>): Float64Array {
  const result = Float64Array.from(numbers);
  const norm = Math.sqrt(product(result, result));
  return norm === 0 ? result : result.map((value) => value / norm);
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

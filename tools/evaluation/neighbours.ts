import { HashingEncoder } from "@caio/control";
import { scoreAt, type OutcomeTable } from "@caio/learning";

/** Scores that the models had on the prompts of `known` that are most like each prompt of `asked`: N·M means. */
export function neighbourEstimates(known: OutcomeTable, asked: OutcomeTable, count: number): Float64Array {
  const encoder = new HashingEncoder();
  const vectors = known.prompts.map((prompt) => encoder.encode(prompt));
  const width = known.models.length;
  const estimates = new Float64Array(asked.prompts.length * width);
  asked.prompts.forEach((prompt, row) => {
    const nearest = nearestOf(encoder.encode(prompt), vectors, count);
    for (let model = 0; model < width; model++) {
      let sum = 0;
      for (const place of nearest) sum += scoreAt(known, place, model);
      estimates[row * width + model] = sum / nearest.length;
    }
  });
  return estimates;
}

function nearestOf(vector: readonly number[], others: readonly (readonly number[])[], count: number): readonly number[] {
  const likeness = others.map((other) => {
    let sum = 0;
    for (let at = 0; at < vector.length; at++) sum += (vector[at] ?? 0) * (other[at] ?? 0);
    return sum;
  });
  const places = others.map((_other, place) => place);
  return places.sort((a, b) => (likeness[b] ?? 0) - (likeness[a] ?? 0) || a - b).slice(0, count);
}

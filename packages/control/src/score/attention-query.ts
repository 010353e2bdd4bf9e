import { expExact } from "../exact/exponential.ts";
import { PARTS, realProduct } from "../field/samples.ts";

/** √D for D = 64. */
const ROOT_SIZE = 8;

/**
 * q = Σ_j softmax_j(Re⟨Ψ_i, c_j⟩/√D)·c_j (calculus §6); absent without context.
 *
 * Order: all scores; their maximum is taken off before `expExact`; the weights are summed and divided in the order of the
 * context; each weighted item is added to q in that order.
 */
export function attentionQuery(intent: Float64Array, context: readonly Float64Array[]): Float64Array | undefined {
  if (context.length === 0) return undefined;
  const scores = context.map((item) => realProduct(intent, item) / ROOT_SIZE);
  const largest = scores.reduce((a, b) => (b > a ? b : a));
  const weights = scores.map((score) => expExact(score - largest));
  const total = weights.reduce((a, b) => a + b, 0);
  const query = new Float64Array(PARTS);
  context.forEach((item, j) => {
    const weight = (weights[j] ?? 0) / total;
    for (let index = 0; index < PARTS; index++) query[index] = (query[index] ?? 0) + weight * (item[index] ?? 0);
  });
  return query;
}

import type { LearnedValue } from "@caio/contracts";
import { CaioError, MICRO } from "@caio/core";

/**
 * x·θ + c·√(xᵀA⁻¹x) (calculus §6; Li, Chu, Langford and Schapire, 2010). Sums run over ascending indices, row by row; a
 * quadratic form that rounding made negative counts as 0.
 *
 * @param x - d doubles
 * @param widthMicros - c in micros
 * @throws CaioError `InvalidHistory` unless θ and A⁻¹ have d and d² numbers and the value is finite.
 */
export function upperConfidenceValue(learned: LearnedValue, x: Float64Array, widthMicros: number): number {
  const { theta, inverse } = learned;
  const d = x.length;
  let mean = 0;
  let form = 0;
  for (let i = 0; i < d; i++) {
    const xi = x[i] ?? 0;
    mean += xi * (theta[i] ?? Number.NaN);
    let row = 0;
    for (let j = 0; j < d; j++) row += (inverse[i * d + j] ?? Number.NaN) * (x[j] ?? 0);
    form += xi * row;
  }
  const value = mean + (widthMicros / MICRO) * Math.sqrt(form < 0 ? 0 : form);
  if (theta.length !== d || inverse.length !== d * d || !Number.isFinite(value)) throw malformed(learned, d);
  return value;
}

/** The error for learned values of the wrong shape. */
export function malformed(learned: LearnedValue, d: number): CaioError<"InvalidHistory"> {
  const found = `${String(learned.theta.length)} and ${String(learned.inverse.length)}`;
  const expected = `${String(d)} and ${String(d * d)} finite numbers`;
  return new CaioError("InvalidHistory", `Found θ and A⁻¹ of ${found} numbers, expected ${expected}.`, {
    details: { found, expected },
  });
}

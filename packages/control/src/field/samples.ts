import { FIELD_SIZE, type Field } from "@caio/contracts";
import { CaioError, MICRO, roundHalfEven } from "@caio/core";

/** Doubles in one field: 64 complex samples, real and imaginary part interleaved. */
export const PARTS: number = 2 * FIELD_SIZE;

/**
 * A field as 128 doubles, each its micros ÷ 10⁶.
 *
 * @param samples - where they go; new ones unless said
 * @throws CaioError `InvalidField` unless there are 128 safe integers.
 */
export function samplesOf(field: Field, samples: Float64Array = new Float64Array(PARTS)): Float64Array {
  if (field.length !== PARTS) throw invalid(`${String(field.length)} numbers`, "128 integers in micros");
  for (let index = 0; index < PARTS; index++) {
    const value = field[index];
    if (!Number.isSafeInteger(value) || value === undefined) {
      throw invalid(`${String(value)} at index ${String(index)}`, "a safe integer in micros");
    }
    samples[index] = value / MICRO;
  }
  return samples;
}

/**
 * 128 doubles as a field: micros, rounded half to even.
 *
 * @throws CaioError `InvalidField` where a value is not finite or its micros are no safe integer.
 */
export function fieldOf(samples: Float64Array): Field {
  if (samples.length !== PARTS) throw invalid(`${String(samples.length)} numbers`, "128 doubles");
  const field = new Array<number>(PARTS);
  for (let index = 0; index < PARTS; index++) {
    const scaled = (samples[index] ?? 0) * MICRO;
    if (!(Math.abs(scaled) < Number.MAX_SAFE_INTEGER)) {
      throw invalid(`${String(samples[index])} at index ${String(index)}`, "a finite number below 9·10^9 in size");
    }
    field[index] = roundHalfEven(scaled);
  }
  return field;
}

/** ‖a‖² = Σ re² + im², summed from the first sample on. */
export function energyOf(a: Float64Array): number {
  return realProduct(a, a);
}

/** Re⟨a, b⟩ = Σ Re(conj(a_k)·b_k), summed from the first sample on. */
export function realProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < PARTS; index += 2) {
    sum += (a[index] ?? 0) * (b[index] ?? 0) + (a[index + 1] ?? 0) * (b[index + 1] ?? 0);
  }
  return sum;
}

/** Im⟨a, b⟩ = Σ Im(conj(a_k)·b_k), summed from the first sample on. */
export function imaginaryProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < PARTS; index += 2) {
    sum += (a[index] ?? 0) * (b[index + 1] ?? 0) - (a[index + 1] ?? 0) * (b[index] ?? 0);
  }
  return sum;
}

function invalid(found: string, expected: string): CaioError<"InvalidField"> {
  return new CaioError("InvalidField", `Found ${found} in a field, expected ${expected}.`, { details: { found, expected } });
}

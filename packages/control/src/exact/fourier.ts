import { FIELD_SIZE } from "@caio/contracts";

import { cosines, sines } from "./unit-circle.ts";

const BITS = 6;
/** 1/√64: a power of two, so that making the transform unitary costs no rounding. */
const UNITARY = 0.125;
const forwardSines = sines.map((sine) => -sine);
const reversed = Uint8Array.from({ length: FIELD_SIZE }, (_, index) => reverseBits(index));

/**
 * The unitary discrete Fourier transform of 64 complex samples (calculus §9): out_k = ⅛·Σ_n in_n·e^(−2πikn/64).
 *
 * Radix 2, decimation in time: bit reversal; blocks of 2, 4, …, 64, each from the left, its butterflies j ascending with
 * t = w_j·b (re = wr·br − wi·bi, im = wr·bi + wi·br), a' = a + t, b' = a − t; last, every part times ⅛.
 *
 * @param samples - 128 doubles, real and imaginary part interleaved; left as they are
 * @param out - where the 128 doubles go, not the samples themselves; new ones unless said
 * @returns `out`
 *
 * @example
 * ```ts
 * import { fft, inverseFft } from "@caio/control";
 *
 * const spectrum = fft(new Float64Array(128).fill(1));
 * inverseFft(spectrum); // 128 ones
 * ```
 */
export function fft(samples: Float64Array, out: Float64Array = new Float64Array(2 * FIELD_SIZE)): Float64Array {
  return transform(samples, forwardSines, out);
}

/** The inverse of `fft`: out_n = ⅛·Σ_k in_k·e^(+2πikn/64), in the same order of operations. */
export function inverseFft(spectrum: Float64Array, out: Float64Array = new Float64Array(2 * FIELD_SIZE)): Float64Array {
  return transform(spectrum, sines, out);
}

function transform(input: Float64Array, turns: Float64Array, out: Float64Array): Float64Array {
  for (let n = 0; n < FIELD_SIZE; n++) {
    const from = 2 * (reversed[n] ?? 0);
    out[2 * n] = input[from] ?? 0;
    out[2 * n + 1] = input[from + 1] ?? 0;
  }
  for (let half = 1; half < FIELD_SIZE; half *= 2) stage(out, half, turns);
  for (let index = 0; index < out.length; index++) out[index] = (out[index] ?? 0) * UNITARY;
  return out;
}

function stage(data: Float64Array, half: number, turns: Float64Array): void {
  const stride = FIELD_SIZE / 2 / half;
  for (let start = 0; start < FIELD_SIZE; start += 2 * half) {
    for (let j = 0; j < half; j++) {
      const wr = cosines[j * stride] ?? 0;
      const wi = turns[j * stride] ?? 0;
      const a = 2 * (start + j);
      const b = a + 2 * half;
      const br = data[b] ?? 0;
      const bi = data[b + 1] ?? 0;
      const tr = wr * br - wi * bi;
      const ti = wr * bi + wi * br;
      const ar = data[a] ?? 0;
      const ai = data[a + 1] ?? 0;
      data[a] = ar + tr;
      data[a + 1] = ai + ti;
      data[b] = ar - tr;
      data[b + 1] = ai - ti;
    }
  }
}

function reverseBits(index: number): number {
  let rest = index;
  let result = 0;
  for (let bit = 0; bit < BITS; bit++) {
    result = result * 2 + (rest % 2);
    rest = Math.floor(rest / 2);
  }
  return result;
}

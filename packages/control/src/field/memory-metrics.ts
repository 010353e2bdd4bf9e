import { FIELD_SIZE, type Field } from "@caio/contracts";
import { MICRO, quantise } from "@caio/core";

import { fft, inverseFft } from "../exact/fourier.ts";
import { log10Exact } from "../exact/logarithm.ts";
import { memorySamples } from "./memory-samples.ts";
import { samplesOf } from "./samples.ts";

/** Nothing above this is told apart from rounding. */
const MAX_DECIBEL_MICROS = 300 * MICRO;

/** How sharply a memory field answers an intent; reported, never scored (calculus §9). */
export interface MemoryMetrics {
  /** Q in micro-decibel: 20·log₁₀(peak/background), 0 … 300 000 000. */
  readonly qMicroDecibel: number;
  /** The shift, 0 … 63, at which the correlation peaks; the first of equals. */
  readonly peakShift: number;
}

/**
 * Metrics of the circular correlation r_n = Σ_j conj(Ψ_j)·M_(j+n) = F⁻¹(conj(Ψ̂)·M̂), up to a factor that cancels.
 *
 * The peak is the largest |r_n|, the background the root mean square of the other 63. Q is 0 if either is 0.
 *
 * @param memory - Ψ_RFS, 128 doubles
 * @throws CaioError `InvalidField`, or `InvalidHistory` for a memory that is not 128 finite doubles.
 */
export function extractMemoryMetrics(intent: Field, memory: readonly number[]): MemoryMetrics {
  const correlation = inverseFft(conjugateProduct(fft(samplesOf(intent)), fft(memorySamples(memory))));
  let total = 0;
  let peak = 0;
  let peakShift = 0;
  for (let shift = 0; shift < FIELD_SIZE; shift++) {
    const re = correlation[2 * shift] ?? 0;
    const im = correlation[2 * shift + 1] ?? 0;
    const power = re * re + im * im;
    total += power;
    if (power > peak) {
      peak = power;
      peakShift = shift;
    }
  }
  const background = Math.max(0, total - peak) / (FIELD_SIZE - 1);
  if (peak === 0 || background === 0) return { qMicroDecibel: 0, peakShift };
  // Powers, not amplitudes: 20·log₁₀ of the ratio of roots is 10·log₁₀ of the ratio.
  return { qMicroDecibel: quantise(10 * log10Exact(peak / background), 0, MAX_DECIBEL_MICROS), peakShift };
}

function conjugateProduct(a: Float64Array, b: Float64Array): Float64Array {
  const product = new Float64Array(a.length);
  for (let index = 0; index < a.length; index += 2) {
    const ar = a[index] ?? 0;
    const ai = a[index + 1] ?? 0;
    const br = b[index] ?? 0;
    const bi = b[index + 1] ?? 0;
    product[index] = ar * br + ai * bi;
    product[index + 1] = ar * bi - ai * br;
  }
  return product;
}

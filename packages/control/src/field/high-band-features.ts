import type { Field } from "@caio/contracts";

import { fft } from "../exact/fourier.ts";
import { bandEnergy, binEnergy, FIRST_HIGH_BIN, LAST_HIGH_BIN } from "./bands.ts";
import { samplesOf } from "./samples.ts";

/** d, the length of x, θ and of one side of A⁻¹. */
export const FEATURE_COUNT = 16;
const CLASSES = FEATURE_COUNT - 1;

/**
 * x of the learned term (calculus §6): x₀ = 1; x_j, j = 1 … 15, the share of ‖Π_high Ψ_i‖² in the high bins k ≡ j − 1 (mod 15).
 * Bins are added in ascending order. All shares are 0 if the high band is empty.
 */
export function highBandFeatures(spectrum: Float64Array): Float64Array {
  const features = new Float64Array(FEATURE_COUNT);
  for (let bin = FIRST_HIGH_BIN; bin <= LAST_HIGH_BIN; bin++) {
    const j = 1 + (bin % CLASSES);
    features[j] = (features[j] ?? 0) + binEnergy(spectrum, bin);
  }
  const whole = bandEnergy(spectrum, "high");
  for (let j = 1; j < FEATURE_COUNT; j++) features[j] = whole === 0 ? 0 : (features[j] ?? 0) / whole;
  features[0] = 1;
  return features;
}

/** x of an intent field: what LinUCB learns on. @throws CaioError `InvalidField` */
export function intentFeatures(intent: Field): Float64Array {
  return highBandFeatures(fft(samplesOf(intent)));
}

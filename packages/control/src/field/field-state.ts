import type { Field } from "@caio/contracts";
import { quantise } from "@caio/core";

import { fft } from "../exact/fourier.ts";
import { bandEnergy } from "./bands.ts";
import { energyOf, samplesOf } from "./samples.ts";

/** What is reported of the intent field of a request; integers in micros (calculus §9). Nothing of it is scored. */
export interface FieldState {
  /** ‖Ψ_i‖² */
  readonly energyMicros: number;
  /** ‖Π_high Ψ_i‖² */
  readonly highEnergyMicros: number;
  /** κ of the low band, ‖Π_low Ψ_i‖/‖Ψ_i‖, 0 … 1 000 000. */
  readonly lowConductivityMicros: number;
  /** κ of the high band, ‖Π_high Ψ_i‖/‖Ψ_i‖, 0 … 1 000 000. */
  readonly highConductivityMicros: number;
}

/**
 * The metrics of an intent field (calculus §9).
 *
 * @throws CaioError `InvalidField`
 *
 * @example
 * ```ts
 * import { extractFieldState, HashingEncoder } from "@caio/control";
 *
 * const state = extractFieldState(new HashingEncoder().encode("Which language is this?"));
 * state.highConductivityMicros; // 1000000: the encoder writes high bins only
 * ```
 */
export function extractFieldState(intent: Field): FieldState {
  const samples = samplesOf(intent);
  return fieldStateOf(samples, fft(samples));
}

/** The same from samples whose spectrum is known. */
export function fieldStateOf(samples: Float64Array, spectrum: Float64Array): FieldState {
  const energy = energyOf(samples);
  const high = bandEnergy(spectrum, "high");
  return {
    energyMicros: quantise(energy, 0, Number.MAX_SAFE_INTEGER),
    highEnergyMicros: quantise(high, 0, Number.MAX_SAFE_INTEGER),
    lowConductivityMicros: share(bandEnergy(spectrum, "low"), energy),
    highConductivityMicros: share(high, energy),
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : quantise(Math.sqrt(part / whole), 0, 1_000_000);
}

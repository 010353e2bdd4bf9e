import { FIELD_SIZE, type Field } from "@caio/contracts";

import { fft, inverseFft } from "../exact/fourier.ts";
import { energyOf, samplesOf } from "./samples.ts";

/** Low, high, or one of the two guard bins 8 and 56 that belong to neither. */
export type Band = "low" | "guard" | "high";

/** The guard bin of the positive frequencies; below it the band is low, above it high. */
const GUARD_BIN = FIELD_SIZE / 8;
const bands: readonly Band[] = Array.from({ length: FIELD_SIZE }, (_, bin) => bandOf(bin));

/** First and last bin of the high band; all 47 between them belong to it. */
export const FIRST_HIGH_BIN: number = GUARD_BIN + 1;
export const LAST_HIGH_BIN: number = FIELD_SIZE - GUARD_BIN - 1;

/** The band of a bin 0 … 63 (calculus §9). */
export function bandOf(bin: number): Band {
  const distance = Math.min(bin, FIELD_SIZE - bin);
  if (distance < GUARD_BIN) return "low";
  return distance > GUARD_BIN ? "high" : "guard";
}

/** Sets every bin outside the band to zero, in place. */
export function keepBand(spectrum: Float64Array, band: "low" | "high"): void {
  for (let bin = 0; bin < FIELD_SIZE; bin++) {
    if (bands[bin] === band) continue;
    spectrum[2 * bin] = 0;
    spectrum[2 * bin + 1] = 0;
  }
}

/** Π_low Ψ = F⁻¹·M·F·Ψ (calculus §9): 128 new doubles. */
export function projectLow(samples: Float64Array): Float64Array {
  return project(samples, "low");
}

/** Π_high Ψ = F⁻¹·M·F·Ψ (calculus §9): 128 new doubles. Exactly zero if all samples are equal. */
export function projectHigh(samples: Float64Array): Float64Array {
  return project(samples, "high");
}

/** Projections of fields that live long; a field never changes. */
const highSamples = new WeakMap<Field, Float64Array>();

/** Π_high of a field, worked out once for each: not to be written to. @throws CaioError `InvalidField` */
export function highSamplesOf(field: Field): Float64Array {
  const known = highSamples.get(field);
  if (known !== undefined) return known;
  const made = projectHigh(samplesOf(field));
  highSamples.set(field, made);
  return made;
}

/** Conductivity κ = ‖ΠΨ‖/‖Ψ‖ of a band, 0 … 1; 0 for the zero field (calculus §9). */
export function conductivity(samples: Float64Array, band: "low" | "high"): number {
  const whole = energyOf(samples);
  return whole === 0 ? 0 : Math.min(1, Math.sqrt(bandEnergy(fft(samples), band) / whole));
}

/** Σ |Ψ̂_k|² over the bins of a band, ascending. */
export function bandEnergy(spectrum: Float64Array, band: "low" | "high"): number {
  let energy = 0;
  for (let bin = 0; bin < FIELD_SIZE; bin++) if (bands[bin] === band) energy += binEnergy(spectrum, bin);
  return energy;
}

/** |Ψ̂_k|². */
export function binEnergy(spectrum: Float64Array, bin: number): number {
  const re = spectrum[2 * bin] ?? 0;
  const im = spectrum[2 * bin + 1] ?? 0;
  return re * re + im * im;
}

function project(samples: Float64Array, band: "low" | "high"): Float64Array {
  const spectrum = fft(samples);
  keepBand(spectrum, band);
  return inverseFft(spectrum);
}

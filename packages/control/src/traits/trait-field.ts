import { FIELD_SIZE, type Field, type Traits } from "@caio/contracts";
import { CaioError, MICRO, quantise, roundHalfEven } from "@caio/core";

import { fft, inverseFft } from "../exact/fourier.ts";
import { cosines, sines } from "../exact/unit-circle.ts";
import { binEnergy } from "../field/bands.ts";
import { PARTS, samplesOf } from "../field/samples.ts";

/** Low bins that hold a trait, in this order: conservative, confidential, risk (calculus §9). */
const TRAIT_BINS = [1, 2, 3] as const;
/** Largest squared readout error left, in micros². Below (½)², so that rounding the readout gives the trait back. */
const TOLERANCE = 0.09;

/**
 * Traits as a field: bins 1, 2 and 3 hold them as real amplitudes (calculus §9). `readTraits` gives exactly them back.
 *
 * Rounding 128 samples to micros shifts each readout by up to a micro. So single samples are then moved by one micro, each
 * time the one that reduces the error of the three bins most, until that is below 0.3 micros. As the transform is
 * unitary, the best of the 128 moves reduces the squared error by at least 2·‖r‖/√128 − 3/64, which is positive there:
 * the loop ends.
 *
 * @throws CaioError `NumberOutOfRange` unless every trait is an integer 0 … 1 000 000.
 *
 * @example
 * ```ts
 * import { encodeTraits, readTraits } from "@caio/control";
 *
 * readTraits(encodeTraits({ conservativeMicros: 200_000, confidentialMicros: 500_000, riskMicros: 700_000 }));
 * ```
 */
export function encodeTraits(traits: Traits): Field {
  const wanted = [traits.conservativeMicros, traits.confidentialMicros, traits.riskMicros];
  wanted.forEach(requireTrait);
  const spectrum = new Float64Array(PARTS);
  TRAIT_BINS.forEach((bin, index) => (spectrum[2 * bin] = wanted[index] ?? 0));
  const field = Array.from(inverseFft(spectrum), roundHalfEven);
  const error = readoutError(field, wanted);
  while (squaredSize(error) > TOLERANCE) moveBestSample(field, error);
  return field;
}

/** t_k = min(1, |Ψ̂[k]|) of bins 1, 2, 3, half to even in micros (calculus §9). @throws CaioError `InvalidField` */
export function readTraits(field: Field): Traits {
  const spectrum = fft(samplesOf(field));
  const [conservativeMicros, confidentialMicros, riskMicros] = [readBin(spectrum, 1), readBin(spectrum, 2), readBin(spectrum, 3)];
  return { conservativeMicros, confidentialMicros, riskMicros };
}

function readBin(spectrum: Float64Array, bin: number): number {
  return quantise(Math.sqrt(binEnergy(spectrum, bin)), 0, MICRO);
}

/** Difference of the three bins from what is wanted: six doubles in micros. */
function readoutError(field: readonly number[], wanted: readonly number[]): Float64Array {
  const spectrum = fft(Float64Array.from(field));
  const error = new Float64Array(2 * TRAIT_BINS.length);
  TRAIT_BINS.forEach((bin, index) => {
    error[2 * index] = (spectrum[2 * bin] ?? 0) - (wanted[index] ?? 0);
    error[2 * index + 1] = spectrum[2 * bin + 1] ?? 0;
  });
  return error;
}

/** Moves the sample part whose move by ±1 micro reduces the error most (the first of equals), and updates the error. */
function moveBestSample(field: number[], error: Float64Array): void {
  let best = 0;
  let bestProduct = 0;
  for (let part = 0; part < PARTS; part++) {
    let product = 0;
    for (let index = 0; index < error.length; index++) product += (error[index] ?? 0) * effect(part, index);
    if (Math.abs(product) > Math.abs(bestProduct)) {
      best = part;
      bestProduct = product;
    }
  }
  const step = bestProduct > 0 ? -1 : 1;
  field[best] = (field[best] ?? 0) + step;
  for (let index = 0; index < error.length; index++) error[index] = (error[index] ?? 0) + step * effect(best, index);
}

/** What one micro more in a part of the field adds to a part of the readout: ⅛·e^(−2πikn/64), times i for imaginary parts. */
function effect(part: number, index: number): number {
  const bin = TRAIT_BINS[Math.floor(index / 2)] ?? 0;
  const turn = (bin * Math.floor(part / 2)) % FIELD_SIZE;
  const cosine = (cosines[turn] ?? 0) / 8;
  const sine = (sines[turn] ?? 0) / 8;
  if (part % 2 === 0) return index % 2 === 0 ? cosine : -sine;
  return index % 2 === 0 ? sine : cosine;
}

function squaredSize(error: Float64Array): number {
  return error.reduce((sum, value) => sum + value * value, 0);
}

function requireTrait(value: number): void {
  if (Number.isSafeInteger(value) && value >= 0 && value <= MICRO) return;
  throw new CaioError("NumberOutOfRange", `Found trait ${String(value)}, expected an integer from 0 to 1000000.`, {
    details: { found: String(value), expected: "0 to 1000000" },
  });
}

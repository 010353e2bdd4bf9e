import { requireFeatures, type FeatureVector, type Field } from "@caio/contracts";

import { inverseFft } from "../exact/fourier.ts";
import { FIRST_HIGH_BIN, LAST_HIGH_BIN } from "../field/bands.ts";
import { energyOf, fieldOf, PARTS } from "../field/samples.ts";
import { ENCODED_NORM } from "./encoded-norm.ts";
import type { TextEncoding } from "./encoder.ts";
import { quantiseFeatures, signOf } from "./quantise-features.ts";

/** Real numbers in the high bins. */
const HIGH_PARTS = 2 * (LAST_HIGH_BIN - FIRST_HIGH_BIN + 1);

/** Of each row of the projection, by how many numbers it takes. */
const rows = new Map<number, Int8Array>();

/**
 * The field of features: a fixed random projection (Johnson, Lindenstrauss; with signs: Achlioptas) of their numbers onto the 94 real numbers
 * of the 47 high bins, which keeps angles but for noise of about 1/√94.
 *
 * Part j of the high bins (real and imaginary parts interleaved, from bin 9) is Σ_i `signOf`(94·i + j)·x_i. These are sums of integers, so
 * their order does not matter. The spectrum is scaled to ‖Ψ̂‖ = ½, transformed back and quantised half to even. Zeros give zeros.
 *
 * @throws CaioError `InvalidField` for what are no features
 */
export function projectFeatures(features: FeatureVector): Field {
  const { length } = requireFeatures(features);
  const signs = signsFor(length);
  const spectrum = new Float64Array(PARTS);
  for (let part = 0; part < HIGH_PARTS; part++) {
    let sum = 0;
    for (let at = 0; at < length; at++) sum += (signs[part * length + at] ?? 0) * (features[at] ?? 0);
    spectrum[2 * FIRST_HIGH_BIN + part] = sum;
  }
  const norm = Math.sqrt(energyOf(spectrum));
  if (norm === 0) return new Array<number>(PARTS).fill(0);
  return fieldOf(inverseFft(spectrum.map((value) => (value / norm) * ENCODED_NORM)));
}

/** What an encoder makes of a model's vector: features, and the field that they give. @throws CaioError `InvalidField` as `quantiseFeatures` */
export function encodeVector(vector: ArrayLike<number>): Required<TextEncoding> {
  const features = quantiseFeatures(vector);
  return { features, field: projectFeatures(features) };
}

function signsFor(length: number): Int8Array {
  const known = rows.get(length);
  if (known !== undefined) return known;
  const made = new Int8Array(HIGH_PARTS * length);
  for (let part = 0; part < HIGH_PARTS; part++) for (let at = 0; at < length; at++) made[part * length + at] = signOf(HIGH_PARTS * at + part);
  // One encoder has one length; a caller that has all of them pays with time, not with memory.
  if (rows.size >= 8) rows.clear();
  rows.set(length, made);
  return made;
}

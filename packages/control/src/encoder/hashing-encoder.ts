import type { FeatureVector, Field } from "@caio/contracts";

import { inverseFft } from "../exact/fourier.ts";
import { FIRST_HIGH_BIN, LAST_HIGH_BIN } from "../field/bands.ts";
import { energyOf, fieldOf, PARTS } from "../field/samples.ts";
import { ENCODED_NORM } from "./encoded-norm.ts";
import type { Encoder } from "./encoder.ts";
import { hashedFeatures } from "./hashed-features.ts";
import { textFeatures } from "./text-features.ts";

const HIGH_BINS = LAST_HIGH_BIN - FIRST_HIGH_BIN + 1;

/** What a feature of each kind adds to its bin. Integers, so that the order of adding does not matter. */
const weights = { word: 4, pair: 2, trigram: 1 } as const;

/**
 * The default encoder: hashed words, word pairs and character trigrams, written into the high bins (calculus §9). It needs no
 * model and no download, and gives the same field on every engine with the same Unicode tables.
 *
 * A feature with hash h adds its weight (word 4, pair 2, trigram 1) to bin 9 + ⌊h/4⌋ mod 47 with phase i^(h mod 4). A feature
 * counts once, however often it occurs. The spectrum is scaled to ‖Ψ̂‖ = ½, transformed back and quantised half to even.
 * Likeness is likeness of spelling: it knows no synonyms and no other languages.
 *
 * @example
 * ```ts
 * import { HashingEncoder } from "@caio/control";
 *
 * new HashingEncoder().encode("Which language is this?").length; // 128
 * ```
 */
export class HashingEncoder implements Encoder {
  readonly id = "caio-hash-1";

  encode(text: string): Field {
    const spectrum = new Float64Array(PARTS);
    const { words, pairs, trigrams } = textFeatures(text);
    for (const hash of words) add(spectrum, hash, weights.word);
    for (const hash of pairs) add(spectrum, hash, weights.pair);
    for (const hash of trigrams) add(spectrum, hash, weights.trigram);
    const norm = Math.sqrt(energyOf(spectrum));
    // Features can cancel each other; then there is nothing to scale either.
    if (norm === 0) return new Array<number>(PARTS).fill(0);
    return fieldOf(inverseFft(spectrum.map((value) => (value / norm) * ENCODED_NORM)));
  }

  /** 512 numbers of the words, trigrams, signs and form of the text (`hashedFeatures`). */
  features(text: string): FeatureVector {
    return hashedFeatures(text);
  }
}

function add(spectrum: Float64Array, hash: number, weight: number): void {
  const bin = FIRST_HIGH_BIN + ((hash >>> 2) % HIGH_BINS);
  const phase = hash & 3;
  const part = 2 * bin + (phase & 1);
  spectrum[part] = (spectrum[part] ?? 0) + (phase < 2 ? weight : -weight);
}

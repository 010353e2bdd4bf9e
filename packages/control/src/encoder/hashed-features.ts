import { type FeatureVector } from "@caio/contracts";

import { quantiseFeatures } from "./quantise-features.ts";
import { addTrigrams, normalText, WORD } from "./text-features.ts";
import { absorb, absorbByte, finish, start } from "./text-hash.ts";

/** How many numbers there are. */
export const HASHED_FEATURES = 512;
/** Whatever is no letter, mark, digit or space. */
const SIGN = /[^\p{L}\p{N}\p{M}\s]/gu;

/** Also the first byte that is hashed. */
const kinds = { word: 0x77, sign: 0x71, length: 0x6c, lines: 0x6e } as const;

/** Each kind has this length before all are brought to length 1 together. */
const weights = { words: 1, trigrams: 1, signs: 0.5, form: 0.5 } as const;

/**
 * What learning sees of a text without a model: what it is made of, and what form it has.
 *
 * Hashed and counted are words, character trigrams of `^word$` and signs (punctuation, symbols); of the form, one feature for
 * ⌊2·log₂(words + 1)⌋ and one for ⌊2·log₂(line ends + 1)⌋. A feature with hash h that occurs c times adds √c to number ⌊h/2⌋ mod 512, with
 * the sign of h mod 2. Each kind is brought to its weight (words 1, trigrams 1, signs ½, either of the form ½), and the sum to length 1; then
 * it is quantised. A text with neither words nor signs gives zeros.
 *
 * Word pairs, which the field has, are left out: in so few numbers they hide more than they tell.
 */
export function hashedFeatures(text: string): FeatureVector {
  const normal = normalText(text);
  const words = normal.match(WORD) ?? [];
  const signs = normal.match(SIGN) ?? [];
  const sum = new Float64Array(HASHED_FEATURES);
  if (words.length + signs.length === 0) return quantiseFeatures(sum);
  const counted = countsOf(words);
  addKind(sum, weights.words, hashed(counted, kinds.word));
  addKind(sum, weights.trigrams, trigramsOf(counted));
  addKind(sum, weights.signs, hashed(countsOf(signs), kinds.sign));
  addKind(sum, weights.form, new Map([[hashOfSize(kinds.length, words.length), 1]]));
  addKind(sum, weights.form, new Map([[hashOfSize(kinds.lines, normal.split("\n").length - 1), 1]]));
  return quantiseFeatures(sum);
}

function countsOf(parts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const part of parts) counts.set(part, (counts.get(part) ?? 0) + 1);
  return counts;
}

function hashed(counts: ReadonlyMap<string, number>, kind: number): ReadonlyMap<number, number> {
  const result = new Map<number, number>();
  for (const [part, count] of counts) addCount(result, finish(absorb(start(kind), part)), count);
  return result;
}

function trigramsOf(words: ReadonlyMap<string, number>): ReadonlyMap<number, number> {
  const result = new Map<number, number>();
  for (const [word, count] of words) addTrigrams({ add: (hash) => { addCount(result, hash, count); } }, word);
  return result;
}

function addCount(counts: Map<number, number>, hash: number, count: number): void {
  counts.set(hash, (counts.get(hash) ?? 0) + count);
}

/** Half octaves: ⌊2·log₂(size + 1)⌋ = ⌊log₂((size + 1)²)⌋. Sizes are below 2¹⁵. */
function hashOfSize(kind: number, size: number): number {
  let halfOctaves = 0;
  for (let rest = (size + 1) * (size + 1); rest > 1; rest >>>= 1) halfOctaves += 1;
  return finish(absorbByte(start(kind), halfOctaves));
}

function addKind(sum: Float64Array, weight: number, counts: ReadonlyMap<number, number>): void {
  const part = new Float64Array(HASHED_FEATURES);
  for (const [hash, count] of counts) {
    const at = (hash >>> 1) % HASHED_FEATURES;
    part[at] = (part[at] ?? 0) + ((hash & 1) === 0 ? Math.sqrt(count) : -Math.sqrt(count));
  }
  let energy = 0;
  for (const value of part) energy += value * value;
  if (energy === 0) return;
  const scale = weight / Math.sqrt(energy);
  for (let at = 0; at < HASHED_FEATURES; at++) sum[at] = (sum[at] ?? 0) + (part[at] ?? 0) * scale;
}

import { MAX_FEATURES, type FeatureVector } from "@caio/contracts";
import { CaioError, MICRO, roundHalfEven } from "@caio/core";

/** Most numbers that a model's vector may have. */
export const MAX_VECTOR = 16_384;

/**
 * A vector of a model as features: scaled to length 1 and rounded once, half to even, to micros. A vector of zeros stays zeros.
 *
 * One of more than 1 024 numbers is folded first: number i is added to number i mod 1 024, with the sign of `signOf(i)`, which keeps inner
 * products but for noise (a count sketch).
 *
 * @throws CaioError `InvalidField` for no numbers, for more than 16 384, and for one that is not finite
 *
 * @example
 * ```ts
 * import { quantiseFeatures } from "@caio/control";
 *
 * quantiseFeatures([3, 4]); // [600000, 800000]
 * ```
 */
export function quantiseFeatures(vector: ArrayLike<number>): FeatureVector {
  if (vector.length < 1 || vector.length > MAX_VECTOR) throw invalid(`${String(vector.length)} numbers`, `1 to ${String(MAX_VECTOR)}`);
  const folded = fold(scaled(vector));
  let energy = 0;
  for (const value of folded) energy += value * value;
  const norm = Math.sqrt(energy);
  return Array.from(folded, (value) => (norm === 0 ? 0 : roundHalfEven((value / norm) * MICRO)));
}

/** +1 or −1 for a place: the last bit of MurmurHash3's last mixing step of it. */
export function signOf(place: number): 1 | -1 {
  let mixed = place ^ (place >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) & 1) === 0 ? 1 : -1;
}

/** By its largest number, so that no square is too large or too small for a double. */
function scaled(vector: ArrayLike<number>): Float64Array {
  let largest = 0;
  for (let at = 0; at < vector.length; at++) {
    const value = vector[at];
    if (typeof value !== "number" || !Number.isFinite(value)) throw invalid(`what is no finite number at index ${String(at)}`, "finite numbers");
    largest = Math.max(largest, Math.abs(value));
  }
  return Float64Array.from({ length: vector.length }, (_, at) => (largest === 0 ? 0 : (vector[at] ?? 0) / largest));
}

function fold(vector: Float64Array): Float64Array {
  if (vector.length <= MAX_FEATURES) return vector;
  const folded = new Float64Array(MAX_FEATURES);
  for (const [at, value] of vector.entries()) {
    const into = at % MAX_FEATURES;
    folded[into] = (folded[into] ?? 0) + signOf(at) * value;
  }
  return folded;
}

function invalid(found: string, expected: string): CaioError<"InvalidField"> {
  return new CaioError("InvalidField", `Found ${found} in the vector of a text, expected ${expected}.`, { details: { found, expected } });
}

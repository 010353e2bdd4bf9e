import { NOT_TRIED, requireValueModel, SCORE_PARTS, valueModelDigest, type Candidate, type ExpectedValues, type FeatureVector, type ValueModel } from "@caio/contracts";
import { CaioError, MICRO, quantise, roundHalfEven, type Digest } from "@caio/core";

import type { Claim } from "./online/claim-priors.ts";

/** What a model says of each of its pairs for one request. */
export interface ValueEstimates {
  /** Expected score per pair of the model, micros 0 … 1 000 000; its mean where no case says more. */
  readonly values: Int32Array;
  /** Mean cosine of the request and the cases asked, in micros: small where the request is unlike all that was learned from. */
  readonly likenessMicros: number;
}

/** Features as a case: whole numbers −127 … 127, the largest in magnitude ±127; zeros stay zeros. */
export function caseOf(features: FeatureVector): Int8Array {
  let largest = 0;
  for (const value of features) largest = Math.max(largest, Math.abs(value));
  return Int8Array.from(features, (value) => (largest === 0 ? 0 : roundHalfEven((value * 127) / largest)));
}

/**
 * A model ready to be asked. Inner products of cases are sums of whole numbers, so what it says is the same on every engine.
 *
 * @example
 * ```ts
 * import { caseOf, HashingEncoder, ValueEstimator } from "@caio/control";
 *
 * const encoder = new HashingEncoder();
 * const cases = ["what is 2 + 2", "who wrote Faust"].map((text) => caseOf(encoder.features(text)));
 * const estimator = new ValueEstimator({
 *   encoderId: encoder.id, dimension: 512, neighbours: 1, priorWeightMicros: 0,
 *   pairs: [{ service: "sums", model: null }, { service: "books", model: null }],
 *   cases: Int8Array.from(cases.flatMap((each) => [...each])), scores: Uint8Array.from([250, 0, 0, 250]),
 * });
 * estimator.estimate(encoder.features("what is 3 + 5")).values; // sums 1 000 000, books 0
 * ```
 */
export class ValueEstimator {
  readonly model: ValueModel;
  readonly digest: Digest;
  /** Per case 1/norm, 0 for a case of zeros. */
  readonly #scale: Float64Array;
  readonly #means: Float64Array;
  readonly #places: ReadonlyMap<string, number>;
  /** True if every pair was tried on every case: then all ask the same neighbours. */
  readonly #complete: boolean;

  /** @throws CaioError `InvalidHistory` for a model of another shape */
  constructor(model: ValueModel) {
    requireValueModel(model);
    this.model = model;
    this.digest = valueModelDigest(model);
    this.#scale = scalesOf(model);
    this.#means = meansOf(model);
    this.#places = new Map(model.pairs.map((pair, place) => [keyOf(pair), place]));
    this.#complete = !model.scores.includes(NOT_TRIED);
  }

  /** The place of a pair in `values`; undefined if the model does not know it. */
  placeOf(pair: Candidate): number | undefined {
    return this.#places.get(keyOf(pair));
  }

  /**
   * Per pair (Σ w·score + p·mean)/(Σ w + p) over the `neighbours` most alike cases that tried it. Alike is the cosine s; the weight is
   * (s − s₀)/(s₁ − s₀), s₁ that of the most alike and s₀ of the first that is not asked (0 if all are), never below 0; equal likeness goes by age.
   *
   * @throws CaioError `InvalidField` for features of another length
   */
  estimate(features: FeatureVector): ValueEstimates {
    const asked = this.#asked(features);
    const likeness = this.#likeness(asked);
    const { neighbours } = this.model;
    // Where all pairs were tried on all cases, one more than is asked is all that is needed of the order.
    const order = byLikeness(likeness, this.#complete ? neighbours + 1 : likeness.length);
    return { values: this.#values(order, likeness, neighbours), likenessMicros: meanLikeness(order, likeness, neighbours, asked) };
  }

  /** What the model says of its pairs on one request, each less its mean: what `RequestFields.expected` holds. @throws CaioError `InvalidField` */
  expect(features: FeatureVector): ExpectedValues {
    const { values } = this.estimate(features);
    const pairs = this.model.pairs.map((pair, place) => ({ ...pair, micros: (values[place] ?? 0) - this.meanMicros(place) }));
    return { model: this.digest, pairs };
  }

  /** The mean score of the pair at a place, micros: what its model claims of it (`withClaims`). */
  meanMicros(place: number): number {
    return quantise(this.#means[place] ?? 0, 0, MICRO);
  }

  /** What the model has seen of its pairs on average, as claims; of those that it never saw it claims nothing. */
  claims(): readonly Claim[] {
    return this.model.pairs.flatMap((pair, place) => (this.#isTried(place) ? [{ ...pair, micros: this.meanMicros(place) }] : []));
  }

  get encoderId(): string {
    return this.model.encoderId;
  }

  /** The values of a case that is left out of its own estimate, for each number of neighbours: what such a number is worth. */
  leaveOut(features: FeatureVector, place: number, neighbours: readonly number[]): readonly Int32Array[] {
    const likeness = this.#likeness(this.#asked(features));
    const order = byLikeness(likeness, likeness.length).filter((index) => index !== place);
    return neighbours.map((each) => this.#values(order, likeness, each));
  }

  #asked(features: FeatureVector): Int8Array {
    const { dimension } = this.model;
    if (features.length === dimension) return caseOf(features);
    throw new CaioError("InvalidField", `Found ${String(features.length)} features, expected the ${String(dimension)} that the value model was fitted on.`);
  }

  #values(order: Uint32Array, likeness: Float64Array, neighbours: number): Int32Array {
    const shared = this.#complete ? weigh(order, likeness, neighbours) : undefined;
    return Int32Array.from(this.model.pairs, (_, pair) => this.#value(pair, shared ?? weigh(this.#tried(order, pair), likeness, neighbours)));
  }

  /** Per case its inner product with what is asked, over its own norm. */
  #likeness(asked: Int8Array): Float64Array {
    const { cases, dimension } = this.model;
    return this.#scale.map((scale, index) => innerProduct(asked, cases, index * dimension) * scale);
  }

  #tried(order: Uint32Array, pair: number): Uint32Array {
    const { scores, pairs } = this.model;
    return order.filter((index) => scores[index * pairs.length + pair] !== NOT_TRIED);
  }

  #isTried(pair: number): boolean {
    const { scores, pairs } = this.model;
    for (let at = pair; at < scores.length; at += pairs.length) if (scores[at] !== NOT_TRIED) return true;
    return false;
  }

  #value(pair: number, { order, weights }: Weighed): number {
    const { scores, pairs, priorWeightMicros } = this.model;
    let weight = priorWeightMicros / MICRO;
    let sum = weight * (this.#means[pair] ?? 0);
    for (const [rank, each] of weights.entries()) {
      weight += each;
      sum += each * ((scores[(order[rank] ?? 0) * pairs.length + pair] ?? 0) / SCORE_PARTS);
    }
    return quantise(weight === 0 ? (this.#means[pair] ?? 0) : sum / weight, 0, MICRO);
  }
}

interface Weighed {
  readonly order: Uint32Array;
  /** Of the first so many of the order. */
  readonly weights: Float64Array;
}

function weigh(order: Uint32Array, likeness: Float64Array, neighbours: number): Weighed {
  const count = Math.min(neighbours, order.length);
  const first = likeness[order[0] ?? -1] ?? 0;
  const beyond = order.length > count ? (likeness[order[count] ?? -1] ?? 0) : Math.min(0, likeness[order[count - 1] ?? -1] ?? 0);
  const span = first - beyond;
  const weights = Float64Array.from({ length: count }, (_, rank) => (span > 0 ? ((likeness[order[rank] ?? -1] ?? 0) - beyond) / span : 1));
  return { order, weights };
}

/** Indices of so many cases, the most alike first, equal ones in their order. */
function byLikeness(likeness: Float64Array, count: number): Uint32Array {
  const least = count < likeness.length ? (likeness.slice().sort()[likeness.length - count] ?? -Infinity) : -Infinity;
  const near: number[] = [];
  for (let index = 0; index < likeness.length; index++) if ((likeness[index] ?? 0) >= least) near.push(index);
  return Uint32Array.from(near).sort((a, b) => (likeness[b] ?? 0) - (likeness[a] ?? 0) || a - b).subarray(0, count);
}

/** Σ a·b from a place of b on. At most 1 024 products of at most 127² fit into 32 bits; four sums at a time take two thirds of the time of one. */
function innerProduct(a: Int8Array, b: Int8Array, from: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let at = 0;
  for (; at + 3 < a.length; at += 4) {
    first = (first + Math.imul(a[at] ?? 0, b[from + at] ?? 0)) | 0;
    second = (second + Math.imul(a[at + 1] ?? 0, b[from + at + 1] ?? 0)) | 0;
    third = (third + Math.imul(a[at + 2] ?? 0, b[from + at + 2] ?? 0)) | 0;
    fourth = (fourth + Math.imul(a[at + 3] ?? 0, b[from + at + 3] ?? 0)) | 0;
  }
  for (; at < a.length; at++) first = (first + Math.imul(a[at] ?? 0, b[from + at] ?? 0)) | 0;
  return first + second + third + fourth;
}

function meanLikeness(order: Uint32Array, likeness: Float64Array, neighbours: number, asked: Int8Array): number {
  const norm = Math.sqrt(energyOf(asked));
  const count = Math.min(neighbours, order.length);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) sum += likeness[order[rank] ?? -1] ?? 0;
  return norm === 0 || count === 0 ? 0 : quantise(sum / count / norm, -MICRO, MICRO);
}

function scalesOf({ cases, dimension }: ValueModel): Float64Array {
  return Float64Array.from({ length: cases.length / dimension }, (_, index) => {
    const energy = energyOf(cases.subarray(index * dimension, (index + 1) * dimension));
    return energy === 0 ? 0 : 1 / Math.sqrt(energy);
  });
}

function energyOf(numbers: Int8Array): number {
  let energy = 0;
  for (const value of numbers) energy += value * value;
  return energy;
}

/** Per pair the mean of its scores; 0 if it was never tried. */
function meansOf({ scores, pairs }: ValueModel): Float64Array {
  return Float64Array.from(pairs, (_, pair) => {
    let [sum, count] = [0, 0];
    for (let at = pair; at < scores.length; at += pairs.length) {
      const score = scores[at] ?? NOT_TRIED;
      if (score === NOT_TRIED) continue;
      sum += score;
      count++;
    }
    return count === 0 ? 0 : sum / count / SCORE_PARTS;
  });
}

function keyOf({ service, model }: Candidate): string {
  return JSON.stringify([service, model]);
}

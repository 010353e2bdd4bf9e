import type { LearnedValue } from "@caio/contracts";
import { CaioError, MICRO } from "@caio/core";

import { FEATURE_COUNT } from "../field/high-band-features.ts";
import { malformed, upperConfidenceValue } from "./upper-confidence.ts";

/** How a `LinUcb` starts and forgets. */
export interface LinUcbOptions {
  /** d, 1 … 16; 16, the features of calculus §6, unless said. */
  readonly dimension?: number;
  /** A starts as this times the unit matrix; above 0, 1 000 000 unless said. */
  readonly ridgeMicros?: number;
  /** f: old evidence counts this much at each update; 1 … 1 000 000, and 1 000 000 (nothing is forgotten) unless said. */
  readonly forgettingMicros?: number;
}

/**
 * LinUCB for one pair (calculus §6): A ← f·A + xxᵀ, b ← f·b + r·x, kept as θ = A⁻¹b and A⁻¹. Updates are pure: they
 * return a new `LearnedValue`.
 *
 * @example
 * ```ts
 * import { HashingEncoder, intentFeatures, LinUcb } from "@caio/control";
 *
 * const bandit = new LinUcb();
 * const x = intentFeatures(new HashingEncoder().encode("translate this letter"));
 * const learned = bandit.update(bandit.initial(), x, 800_000);
 * bandit.value(learned, x, 500_000); // x·θ + 0.5·√(xᵀA⁻¹x)
 * ```
 */
export class LinUcb {
  readonly dimension: number;
  readonly #ridge: number;
  readonly #forgetting: number;

  /** @throws CaioError `NumberOutOfRange` for options outside the ranges stated. */
  constructor(options: LinUcbOptions = {}) {
    const { dimension = FEATURE_COUNT, ridgeMicros = MICRO, forgettingMicros = MICRO } = options;
    requireWithin("dimension", dimension, FEATURE_COUNT);
    requireWithin("ridgeMicros", ridgeMicros, Number.MAX_SAFE_INTEGER);
    requireWithin("forgettingMicros", forgettingMicros, MICRO);
    this.dimension = dimension;
    this.#ridge = ridgeMicros / MICRO;
    this.#forgetting = forgettingMicros / MICRO;
  }

  /** What is known before any outcome: θ = 0, A⁻¹ = unit matrix ÷ ridge. */
  initial(): LearnedValue {
    const d = this.dimension;
    const inverse = new Array<number>(d * d).fill(0);
    for (let i = 0; i < d; i++) inverse[i * d + i] = 1 / this.#ridge;
    return { theta: new Array<number>(d).fill(0), inverse };
  }

  /**
   * Learns one reward. With g = A⁻¹x and n = 1 + x·g: A⁻¹ − g·gᵀ/n (Sherman and Morrison, 1950), then
   * θ + (g/n)·(r − x·θ). Forgetting first divides A⁻¹ by f, unless its trace would pass that of `initial()`:
   * directions that no request excites would otherwise grow without end.
   *
   * @param x - d finite doubles
   * @throws CaioError `InvalidHistory` for learned values, or `NumberOutOfRange` for x, of another shape.
   */
  update(learned: LearnedValue, x: Float64Array, rewardMicros: number): LearnedValue {
    const d = this.dimension;
    this.#require(learned, x, rewardMicros);
    const inverse = this.#forget(learned.inverse);
    const gain = multiply(inverse, x);
    const scale = 1 + product(x, gain);
    const error = rewardMicros / MICRO - product(x, learned.theta);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        // g_i·g_j is g_j·g_i to the last bit, so that A⁻¹ stays exactly symmetric.
        inverse[i * d + j] = (inverse[i * d + j] ?? 0) - ((gain[i] ?? 0) * (gain[j] ?? 0)) / scale;
      }
    }
    const theta = learned.theta.map((value, i) => value + ((gain[i] ?? 0) / scale) * error);
    return { theta, inverse };
  }

  /**
   * The reward of an observation that was learned before, changed by so much: b ← b + Δr·x, so θ ← θ + Δr·A⁻¹x, and A stays, since nothing
   * new was observed. Without forgetting θ is then what it would be had the observation come with that reward, whatever was learned between;
   * with it a late change weighs more than the observation still does.
   *
   * @param x - the features that it was learned with
   * @throws CaioError as `update`
   */
  correct(learned: LearnedValue, x: Float64Array, deltaMicros: number): LearnedValue {
    this.#require(learned, x, deltaMicros);
    const gain = multiply(learned.inverse, x);
    const delta = deltaMicros / MICRO;
    return { theta: learned.theta.map((value, i) => value + (gain[i] ?? 0) * delta), inverse: learned.inverse };
  }

  /** x·θ + c·√(xᵀA⁻¹x), not clamped. @throws CaioError `InvalidHistory` */
  value(learned: LearnedValue, x: Float64Array, widthMicros: number): number {
    return upperConfidenceValue(learned, x, widthMicros);
  }

  #require(learned: LearnedValue, x: Float64Array, rewardMicros: number): void {
    const d = this.dimension;
    if (learned.theta.length !== d || learned.inverse.length !== d * d) throw malformed(learned, d);
    if (x.length === d && x.every(Number.isFinite) && Number.isFinite(rewardMicros)) return;
    throw new CaioError("NumberOutOfRange", `Found features that are not ${String(d)} finite numbers with a finite reward.`);
  }

  #forget(inverse: readonly number[]): number[] {
    const d = this.dimension;
    let trace = 0;
    for (let i = 0; i < d; i++) trace += inverse[i * d + i] ?? 0;
    if (this.#forgetting === 1 || trace / this.#forgetting > d / this.#ridge) return [...inverse];
    return inverse.map((value) => value / this.#forgetting);
  }
}

function multiply(matrix: readonly number[], x: Float64Array): Float64Array {
  const d = x.length;
  const result = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += (matrix[i * d + j] ?? 0) * (x[j] ?? 0);
    result[i] = sum;
  }
  return result;
}

function product(x: Float64Array, other: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] ?? 0) * (other[i] ?? 0);
  return sum;
}

function requireWithin(name: string, value: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return;
  throw new CaioError("NumberOutOfRange", `At ${name}: found ${String(value)}, expected an integer from 1 to ${String(max)}.`, {
    details: { path: name, found: String(value), expected: `1 to ${String(max)}` },
  });
}

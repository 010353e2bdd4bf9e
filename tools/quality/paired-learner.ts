import type { PromptWorld } from "./prompt-world.ts";

const NEIGHBOURS = 40;
const RIDGE = 15;

/**
 * Predicts the scores of a few models on a prompt, from outcomes that come one by one: the mean of a ridge regression on what learning
 * sees of the prompt and of its 40 nearest neighbours, weighted by the fourth power of the cosine.
 */
export class PairedLearner {
  readonly #world: PromptWorld;
  readonly #models: readonly number[];
  readonly #seen: number[] = [];
  readonly #weights: number[] = [];
  /** Lower triangle by rows of Σ w·x·xᵀ, x₀ = 1. */
  readonly #square: Float64Array;
  readonly #sums: Float64Array[];
  #solved: readonly Float64Array[] | undefined;

  constructor(world: PromptWorld, models: readonly number[]) {
    this.#world = world;
    this.#models = models;
    const size = world.width + 1;
    this.#square = new Float64Array((size * (size + 1)) / 2);
    this.#sums = models.map(() => new Float64Array(size));
  }

  /** Another that knows as much. */
  copy(): PairedLearner {
    const other = new PairedLearner(this.#world, this.#models);
    other.#square.set(this.#square);
    this.#sums.forEach((sums, at) => other.#sums[at]?.set(sums));
    other.#seen.push(...this.#seen);
    other.#weights.push(...this.#weights);
    return other;
  }

  /** Another that has not learned some of the prompts, each of which had a weight of 1. */
  without(prompts: readonly number[]): PairedLearner {
    const other = this.copy();
    const gone = new Set(prompts);
    const kept = this.#seen.flatMap((seen, at) => (gone.has(seen) ? [] : [at]));
    other.#seen.splice(0, Infinity, ...kept.map((at) => this.#seen[at] ?? 0));
    other.#weights.splice(0, Infinity, ...kept.map((at) => this.#weights[at] ?? 0));
    for (const prompt of prompts) other.#add(prompt, -1);
    return other;
  }

  /** Learns what all of the models scored on a prompt. */
  learn(prompt: number, weight = 1): void {
    this.#seen.push(prompt);
    this.#weights.push(weight);
    this.#add(prompt, weight);
  }

  #add(prompt: number, weight: number): void {
    const x = this.#row(prompt);
    for (let i = 0, at = 0; i < x.length; i++) {
      const scaled = weight * (x[i] ?? 0);
      if (scaled === 0) {
        at += i + 1;
        continue;
      }
      for (let j = 0; j <= i; j++, at++) this.#square[at] = (this.#square[at] ?? 0) + scaled * (x[j] ?? 0);
    }
    this.#models.forEach((model, k) => {
      const sums = this.#sums[k];
      const score = weight * this.#world.score(prompt, model);
      if (sums !== undefined) for (let i = 0; i < x.length; i++) sums[i] = (sums[i] ?? 0) + score * (x[i] ?? 0);
    });
    this.#solved = undefined;
  }

  /** Expected score of each of the models. */
  predict(prompt: number): readonly number[] {
    const solved = (this.#solved ??= solve(this.#square, this.#sums));
    const x = this.#row(prompt);
    const near = this.#neighbours(prompt);
    const total = near.reduce((sum, { weight }) => sum + weight, 0);
    return this.#models.map((model, k) => {
      const line = solved[k];
      let ridge = 0;
      if (line !== undefined) for (let i = 0; i < x.length; i++) ridge += (line[i] ?? 0) * (x[i] ?? 0);
      const mean = near.reduce((sum, { seen, weight }) => sum + weight * this.#world.score(seen, model), 0) / total;
      return (ridge + mean) / 2;
    });
  }

  #row(prompt: number): Float64Array {
    const { vectors, width } = this.#world;
    const row = new Float64Array(width + 1);
    row[0] = 1;
    row.set(vectors.subarray(prompt * width, (prompt + 1) * width), 1);
    return row;
  }

  #neighbours(prompt: number): readonly { readonly seen: number; readonly weight: number }[] {
    const cosine = new Float64Array(NEIGHBOURS).fill(-Infinity);
    const place = new Int32Array(NEIGHBOURS);
    this.#seen.forEach((seen, index) => {
      const value = this.#world.cosine(prompt, seen);
      if (value <= (cosine[0] ?? 0)) return;
      let at = 0;
      for (; at + 1 < NEIGHBOURS && (cosine[at + 1] ?? 0) < value; at++) [cosine[at], place[at]] = [cosine[at + 1] ?? 0, place[at + 1] ?? 0];
      [cosine[at], place[at]] = [value, index];
    });
    return Array.from(place).flatMap((index, at) => {
      const value = cosine[at] ?? 0;
      const weight = Math.max(0.001, value) ** 4 * (this.#weights[index] ?? 0);
      return value === -Infinity ? [] : [{ seen: this.#seen[index] ?? 0, weight }];
    });
  }
}

/** (A + ridge)⁻¹·b for each b, by Cholesky. */
function solve(square: Float64Array, sums: readonly Float64Array[]): readonly Float64Array[] {
  const lower = square.slice();
  const size = sums[0]?.length ?? 0;
  const start = (i: number): number => (i * (i + 1)) / 2;
  for (let i = 0; i < size; i++) lower[start(i) + i] = (lower[start(i) + i] ?? 0) + RIDGE;
  for (let i = 0; i < size; i++) {
    const rowI = start(i);
    for (let j = 0; j <= i; j++) {
      const rowJ = start(j);
      let sum = lower[rowI + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (lower[rowI + k] ?? 0) * (lower[rowJ + k] ?? 0);
      lower[rowI + j] = i === j ? Math.sqrt(sum) : sum / (lower[rowJ + j] ?? 1);
    }
  }
  return sums.map((given) => {
    const x = given.slice();
    for (let i = 0; i < size; i++) {
      let sum = x[i] ?? 0;
      for (let k = 0; k < i; k++) sum -= (lower[start(i) + k] ?? 0) * (x[k] ?? 0);
      x[i] = sum / (lower[start(i) + i] ?? 1);
    }
    for (let i = size - 1; i >= 0; i--) {
      let sum = x[i] ?? 0;
      for (let k = i + 1; k < size; k++) sum -= (lower[start(k) + i] ?? 0) * (x[k] ?? 0);
      x[i] = sum / (lower[start(i) + i] ?? 1);
    }
    return x;
  });
}

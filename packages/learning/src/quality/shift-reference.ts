import { CaioError } from "@caio/core";

import { requireWhole } from "./quality-terms.ts";

/** Nearest neighbours whose mean distance is a prompt's score of being unlike. */
const NEIGHBOURS = 10;

/** Prompts that learning has seen, to say of another how unlike them it is. */
export interface ShiftReference {
  /** Unit vectors (features ÷ 10⁶), one after the other. */
  readonly vectors: Float64Array;
  readonly width: number;
  /** Scores of prompts that were held back, ascending. */
  readonly calibration: Float64Array;
}

/**
 * @param known - feature vectors of prompts learned from
 * @param heldBack - of prompts of the same kind that are not among them: they say which distances are usual
 * @throws CaioError `InvalidOutcomes` unless both have prompts and all vectors one length
 */
export function shiftReference(known: readonly ArrayLike<number>[], heldBack: readonly ArrayLike<number>[]): ShiftReference {
  const width = known[0]?.length ?? 0;
  if (width === 0 || heldBack.length === 0 || [...known, ...heldBack].some(({ length }) => length !== width)) {
    throw new CaioError("InvalidOutcomes", `Found ${String(known.length)} known prompts and ${String(heldBack.length)} held back, expected some of both, with vectors of one length.`);
  }
  const vectors = new Float64Array(known.length * width);
  known.forEach((vector, row) => { vectors.set(unit(vector), row * width); });
  const bare = { vectors, width, calibration: new Float64Array() };
  return { ...bare, calibration: Float64Array.from(heldBack, (vector) => unlikeness(bare, vector)).sort() };
}

/**
 * 1 less the mean cosine to the nearest known prompts: 0 for one that was seen, about 1 for one that shares nothing.
 *
 * @throws CaioError `InvalidOutcomes` for a vector of another length than theirs
 */
export function unlikeness({ vectors, width }: Pick<ShiftReference, "vectors" | "width">, vector: ArrayLike<number>): number {
  if (vector.length !== width) throw new CaioError("InvalidOutcomes", `Found a vector of ${String(vector.length)} numbers, expected ${String(width)} as those that were learned from.`);
  const asked = unit(vector);
  const nearest = new Float64Array(Math.min(NEIGHBOURS, vectors.length / width)).fill(-1);
  for (let from = 0; from < vectors.length; from += width) {
    let cosine = 0;
    for (let at = 0; at < width; at++) cosine += (vectors[from + at] ?? 0) * (asked[at] ?? 0);
    if (cosine > (nearest[0] ?? 0)) insert(nearest, cosine);
  }
  let sum = 0;
  for (const cosine of nearest) sum += cosine;
  return 1 - sum / nearest.length;
}

/**
 * Conformal p-value, ppm, rounded up: the share of held-back prompts at least as unlike, the new one counted among them. If it is of their kind
 * (exchangeable with them), P(p ≤ u) ≤ u for every u: who calls "unlike" what has p ≤ u is wrong about the share u of usual prompts.
 */
export function likenessPpm(reference: ShiftReference, vector: ArrayLike<number>): number {
  const score = unlikeness(reference, vector);
  const { calibration } = reference;
  let [low, high] = [0, calibration.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((calibration[middle] ?? 0) < score) low = middle + 1;
    else high = middle;
  }
  return Math.ceil(((calibration.length - low + 1) * 1_000_000) / (calibration.length + 1));
}

/** Whether a prompt is unlike what was learned, at a stated share of false alarms. @throws CaioError `NumberOutOfRange` */
export function isUnlike(reference: ShiftReference, vector: ArrayLike<number>, falseAlarmPpm: number): boolean {
  requireWhole("falseAlarmPpm", falseAlarmPpm, 0, 1_000_000);
  return likenessPpm(reference, vector) <= falseAlarmPpm;
}

function insert(ascending: Float64Array, value: number): void {
  let at = 0;
  for (; at + 1 < ascending.length && (ascending[at + 1] ?? 0) < value; at++) ascending[at] = ascending[at + 1] ?? 0;
  ascending[at] = value;
}

function unit(vector: ArrayLike<number>): Float64Array {
  const result = Float64Array.from(vector);
  let square = 0;
  for (const value of result) square += value * value;
  const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
  return result.map((value) => value * scale);
}

import { mulDiv } from "@caio/core";

/** Steps of one octave. A value is told apart from one that is 1/64 larger. */
const STEPS = 64;
const LARGEST = Number.MAX_SAFE_INTEGER;

/**
 * How many values fell where, in bounded memory: octave o > 0 holds [64·2^(o−1), 64·2^o) in 64 equal steps, octave 0 the values
 * 0 … 63 exactly. Integer counts alone, so merging in any order gives the same sketch.
 */
export interface DurationSketch {
  readonly count: number;
  /** By octave, then by step; an octave without values is absent. At most 48 octaves. */
  readonly octaves: readonly (readonly number[] | null)[];
}

export const emptySketch: DurationSketch = { count: 0, octaves: [] };

/** @param value - integer of at least 0, microseconds */
export function addToSketch(sketch: DurationSketch, value: number): DurationSketch {
  const { octave, step } = placeOf(value);
  const octaves = sketch.octaves.slice();
  while (octaves.length <= octave) octaves.push(null);
  const counts = octaves[octave]?.slice() ?? new Array<number>(STEPS).fill(0);
  counts[step] = (counts[step] ?? 0) + 1;
  octaves[octave] = counts;
  return { count: sketch.count + 1, octaves };
}

/** The sketch of the values of both. */
export function mergeSketches(first: DurationSketch, second: DurationSketch): DurationSketch {
  const length = Math.max(first.octaves.length, second.octaves.length);
  const octaves = Array.from({ length }, (_, at) => {
    const [a, b] = [first.octaves[at] ?? null, second.octaves[at] ?? null];
    if (a === null || b === null) return a ?? b;
    return a.map((count, step) => count + (b[step] ?? 0));
  });
  return { count: first.count + second.count, octaves };
}

/**
 * The ⌈coverage·n⌉-th smallest value, rounded up: never below it, and above it by less than 1/64. Null without values.
 *
 * @param coveragePpm - 950 000 for p95
 *
 * @example
 * ```ts
 * import { addToSketch, emptySketch, quantileUs } from "@caio/guarantees";
 *
 * quantileUs(addToSketch(emptySketch, 40), 500_000); // 40
 * ```
 */
export function quantileUs(sketch: DurationSketch, coveragePpm: number): number | null {
  if (sketch.count === 0) return null;
  let left = Math.max(1, mulDiv(sketch.count, coveragePpm, 1_000_000, "up"));
  for (const [octave, counts] of sketch.octaves.entries()) {
    for (const [step, count] of (counts ?? []).entries()) {
      left -= count;
      if (left <= 0) return topOf(octave, step);
    }
  }
  return null;
}

function placeOf(value: number): { readonly octave: number; readonly step: number } {
  if (value < STEPS) return { octave: 0, step: value };
  let [octave, width] = [1, 1];
  while (value >= 2 * STEPS * width) [octave, width] = [octave + 1, 2 * width];
  return { octave, step: Math.floor(value / width) - STEPS };
}

/** The largest value of a step. */
function topOf(octave: number, step: number): number {
  if (octave === 0) return step;
  let width = 1;
  for (let left = octave; left > 1; left--) width *= 2;
  return Math.min(LARGEST, (STEPS + step + 1) * width - 1);
}

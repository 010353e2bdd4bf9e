import { lotsOf } from "./lots.ts";
import type { PromptWorld } from "./prompt-world.ts";

const ROUNDS = 25;

/** Prompts learned from and prompts met later, of other families. */
export interface FamilySplit {
  readonly seed: number;
  /** Family of each prompt. */
  readonly families: Int32Array;
  readonly learned: readonly number[];
  /** In the order in which they come. */
  readonly deployed: readonly number[];
}

/**
 * Families of prompts by spherical k-means, begun at prompts drawn by the seed; whole families, drawn by lot until half of the prompts
 * are taken, are learned from, and the others are met later.
 */
export function splitByFamily(world: PromptWorld, count: number, seed: number): FamilySplit {
  const lots = lotsOf(seed);
  const families = clusters(world, count, lots.order(world.table.prompts.length).slice(0, count));
  const taken = new Set<number>();
  let size = 0;
  for (const family of lots.order(count)) {
    if (size >= families.length / 2) break;
    taken.add(family);
    size += families.filter((other) => other === family).length;
  }
  const order = lots.order(families.length);
  const isLearned = (prompt: number): boolean => taken.has(families[prompt] ?? 0);
  return { seed, families, learned: order.filter(isLearned), deployed: order.filter((prompt) => !isLearned(prompt)) };
}

/** Any half of the prompts and the other: learned and deployed are of the same families, all counted as one. */
export function splitAlike(world: PromptWorld, seed: number): FamilySplit {
  const families = new Int32Array(world.table.prompts.length);
  const order = lotsOf(seed + 1000).order(families.length);
  return { seed, families, learned: order.slice(0, order.length / 2), deployed: order.slice(order.length / 2) };
}

function clusters({ vectors, width }: PromptWorld, count: number, begun: readonly number[]): Int32Array {
  const size = vectors.length / width;
  const centres = begun.map((prompt) => vectors.slice(prompt * width, (prompt + 1) * width));
  const families = new Int32Array(size);
  for (let round = 0; round < ROUNDS; round++) {
    let moved = 0;
    for (let prompt = 0; prompt < size; prompt++) {
      const family = nearest(vectors, prompt * width, centres);
      if (family !== families[prompt]) moved += 1;
      families[prompt] = family;
    }
    if (moved === 0) break;
    for (let family = 0; family < count; family++) centreOf(vectors, width, families, family, centres[family]);
  }
  return families;
}

function nearest(vectors: Float64Array, from: number, centres: readonly Float64Array[]): number {
  let [best, found] = [-Infinity, 0];
  centres.forEach((centre, family) => {
    let sum = 0;
    for (let k = 0; k < centre.length; k++) sum += (vectors[from + k] ?? 0) * (centre[k] ?? 0);
    if (sum > best) [best, found] = [sum, family];
  });
  return found;
}

/** A family without prompts keeps its centre. */
function centreOf(vectors: Float64Array, width: number, families: Int32Array, family: number, centre: Float64Array | undefined): void {
  if (centre === undefined || !families.includes(family)) return;
  centre.fill(0);
  families.forEach((other, prompt) => {
    if (other === family) for (let k = 0; k < width; k++) centre[k] = (centre[k] ?? 0) + (vectors[prompt * width + k] ?? 0);
  });
  const norm = Math.sqrt(centre.reduce((sum, value) => sum + value * value, 0));
  for (let k = 0; k < width; k++) centre[k] = (centre[k] ?? 0) / (norm || 1);
}

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Numbers from 0 to below 1. One seed, one sequence. */
export function randomOf(seed: number): () => number {
  const generator = xoroshiro128plus(Math.imul(seed + 1, 0x9e3779b1));
  // The first values of near seeds resemble each other.
  for (let skipped = 0; skipped < 24; skipped++) generator.next();
  return () => (generator.next() >>> 0) / 2 ** 32;
}

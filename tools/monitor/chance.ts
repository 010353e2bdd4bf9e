import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Says yes with a chance given in micros, never more often than that: the chance is cut to 2^−32. One seed, one sequence. */
export function chanceOf(seed: number): (micros: number) => boolean {
  const generator = xoroshiro128plus(Math.imul(seed + 1, 0x9e3779b1));
  // The first values of near seeds resemble each other.
  for (let skipped = 0; skipped < 24; skipped++) generator.next();
  return (micros) => (generator.next() >>> 0) * 1_000_000 < micros * 2 ** 32 - 1_000_000;
}

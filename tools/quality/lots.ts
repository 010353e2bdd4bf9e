import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Lots of one seed. */
export interface Lots {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** The numbers 0 … count − 1 in an order drawn by lot. */
  readonly order: (count: number) => number[];
}

export function lotsOf(seed: number): Lots {
  const generator = xoroshiro128plus(Math.imul(seed + 1, 0x9e3779b1));
  // The first values of near seeds resemble each other.
  for (let skipped = 0; skipped < 24; skipped++) generator.next();
  const next = (): number => (generator.next() >>> 0) / 2 ** 32;
  const order = (count: number): number[] => {
    const places = Array.from({ length: count }, (_, at) => at);
    for (let at = count - 1; at > 0; at--) {
      const other = Math.floor(next() * (at + 1));
      [places[at], places[other]] = [places[other] ?? 0, places[at] ?? 0];
    }
    return places;
  };
  return { next, order };
}

/** Uniform numbers in [0, 1): a 32-bit mix of a counter, the same on every machine. */
export function uniform(seed: number): () => number {
  let counter = Math.imul(seed + 1, 0x9e3779b1) | 0;
  return () => {
    counter = (counter + 0x6d2b79f5) | 0;
    let mixed = Math.imul(counter ^ (counter >>> 15), counter | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Paired differences of scores that are right or wrong: −1, 0 or 1 in micros, with this mean and this share that is not 0. */
export function differencesOf(next: () => number, mean: number, discordant: number): () => number {
  return () => {
    const lot = next();
    if (lot >= discordant) return 0;
    return lot < (discordant + mean) / 2 ? 1_000_000 : -1_000_000;
  };
}

/** A unit vector about a direction: the first coordinates of two kinds of prompt differ. */
export function vectorAbout(next: () => number, direction: number, width = 16): number[] {
  return Array.from({ length: width }, (_, at) => Math.round(1_000_000 * ((at === direction ? 2 : 0) + next() - 0.5)));
}

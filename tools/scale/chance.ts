import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

const STEPS = 0x3fffffff;
/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.326347874;

/** A seeded source of times and delays: one seed, one sequence. */
export class Chance {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(Math.imul(seed + 1, 0x9e3779b1));
    for (let skipped = 0; skipped < 24; skipped++) this.#generator.next();
  }

  /** Above nought, below one. */
  share(): number {
    return (uniformInt(this.#generator, 1, STEPS) - 0.5) / STEPS;
  }

  /** Until the next of events that come by themselves so often, in the unit of `mean`. */
  exponential(mean: number): number {
    return -mean * Math.log(this.share());
  }

  /** A delay with that median and 99th percentile: most are alike, a few are long. */
  delay({ p50, p99 }: Delay): number {
    const normal = Math.sqrt(-2 * Math.log(this.share())) * Math.cos(2 * Math.PI * this.share());
    return p50 * Math.exp((Math.log(p99 / p50) / Z99) * normal);
  }

  /** The times of events at that rate, sorted. */
  times(perMs: number, untilMs: number): readonly number[] {
    const found: number[] = [];
    if (perMs <= 0) return found;
    for (let at = this.exponential(1 / perMs); at < untilMs; at += this.exponential(1 / perMs)) found.push(at);
    return found;
  }
}

/** Milliseconds, log-normal. */
export interface Delay {
  readonly p50: number;
  readonly p99: number;
}

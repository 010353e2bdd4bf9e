import type { Digest } from "@caio/core";
import { addToSketch, emptySketch, quantileUs, wagerWealth, type DurationSketch, type PairWatch, type PromiseVerdict } from "@caio/guarantees";

import type { WatchedCall } from "../../wiring/watch/service-watch.ts";

/** What a bucket knows of one promise: calls that bear on it, micros of it that they broke, and how it stood at the end. */
export interface PromisePoint {
  readonly calls: number;
  readonly brokenMicros: number;
  readonly wealth: number;
  readonly verdict: PromiseVerdict;
}

/** One minute of a pair, when it is over: some forty numbers. */
export interface CallPoint {
  /** When it began, milliseconds. */
  readonly at: number;
  /** The version of the contract that its promises are of. */
  readonly contract: Digest;
  readonly counts: PairWatch["counts"];
  /** Of all calls, the answered and the others. */
  readonly latency: { readonly meanUs: number; readonly p50Us: number; readonly p95Us: number; readonly p99Us: number; readonly maxUs: number };
  /** Of the calls whose cost is known. */
  readonly costMicros: number;
  /** In the order of the contract's. */
  readonly promises: readonly PromisePoint[];
}

/** The minute that has begun. */
export class CallBucket {
  readonly at: number;
  readonly contract: Digest;
  readonly #first: PairWatch;
  #last: PairWatch;
  #sketch: DurationSketch = emptySketch;
  #sumUs = 0;
  #maxUs = 0;
  #costMicros = 0;
  #accused: readonly (readonly [calls: number, brokenMicros: number])[] = [];

  constructor(at: number, { before }: WatchedCall) {
    this.at = at;
    this.contract = before.contract;
    this.#first = before;
    this.#last = before;
    this.#accused = before.streams.map(() => [0, 0]);
  }

  add({ latencyUs, costMicros, before, after }: WatchedCall): void {
    this.#sketch = addToSketch(this.#sketch, latencyUs);
    this.#sumUs += latencyUs;
    this.#maxUs = Math.max(this.#maxUs, latencyUs);
    this.#costMicros += costMicros ?? 0;
    this.#accused = this.#accused.map(([calls, brokenMicros], at) => {
      const [was, is] = [before.streams[at], after.streams[at]];
      // Evidence that was cleared by this very call is counted in the life before it: what it broke is not told any more.
      if (was === undefined || is === undefined || was === is) return [calls, brokenMicros];
      const broken = is.life === was.life ? is.accused.brokenMicros - was.accused.brokenMicros : 0;
      return [calls + 1, brokenMicros + broken];
    });
    this.#last = after;
  }

  /** What there is of it so far. */
  point(): CallPoint {
    const { count } = this.#sketch;
    const of = (ppm: number): number => Math.min(quantileUs(this.#sketch, ppm) ?? 0, this.#maxUs);
    return {
      ...{ at: this.at, contract: this.contract, counts: countsBetween(this.#first.counts, this.#last.counts), costMicros: this.#costMicros },
      latency: { meanUs: count === 0 ? 0 : Math.round(this.#sumUs / count), p50Us: of(500_000), p95Us: of(950_000), p99Us: of(990_000), maxUs: this.#maxUs },
      promises: this.#last.streams.map(({ wager, verdict }, at) => {
        const [calls = 0, brokenMicros = 0] = this.#accused[at] ?? [];
        return { calls, brokenMicros, wealth: wagerWealth(wager), verdict };
      }),
    };
  }
}

function countsBetween(first: PairWatch["counts"], last: PairWatch["counts"]): PairWatch["counts"] {
  return {
    success: last.success - first.success,
    violation: last.violation - first.violation,
    error: last.error - first.error,
    timeout: last.timeout - first.timeout,
    cancelled: last.cancelled - first.cancelled,
  };
}

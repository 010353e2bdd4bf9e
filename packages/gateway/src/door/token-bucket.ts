/** One request, in parts of a sixty-thousandth: what a bucket of n a minute gains in a millisecond is n of them. */
const REQUEST = 60_000;

interface Bucket {
  /** 0 … n requests, in parts. */
  level: number;
  /** Milliseconds. */
  at: number;
}

/** Names that are kept at most, before those that are full again are dropped: they are as good as new. */
const MAX_NAMES = 10_000;

/**
 * How often something may happen, by name: n at once, and then n a minute. Integers; time is the caller's, and time that goes back
 * gives nothing.
 */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();

  /**
   * Takes one.
   *
   * @param now - milliseconds
   * @returns 0 if it was taken, else the milliseconds until there is one; `Infinity` where nothing is allowed at all
   */
  take(name: string, perMinute: number, now: number): number {
    if (perMinute <= 0) return Number.POSITIVE_INFINITY;
    const bucket = this.#buckets.get(name) ?? this.#open(name, perMinute, now);
    bucket.level = levelAt(bucket, perMinute, now);
    bucket.at = Math.max(bucket.at, now);
    if (bucket.level < REQUEST) return Math.ceil((REQUEST - bucket.level) / perMinute);
    bucket.level -= REQUEST;
    return 0;
  }

  #open(name: string, perMinute: number, now: number): Bucket {
    if (this.#buckets.size >= MAX_NAMES) this.#drop(now);
    const bucket = { level: perMinute * REQUEST, at: now };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  /** A minute fills any bucket. */
  #drop(now: number): void {
    for (const [name, { at }] of this.#buckets) if (now - at >= 60_000) this.#buckets.delete(name);
  }
}

function levelAt({ level, at }: Bucket, perMinute: number, now: number): number {
  const gained = Math.min(60_000, Math.max(0, now - at)) * perMinute;
  return Math.min(perMinute * REQUEST, level + gained);
}

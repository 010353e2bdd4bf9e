import type { Candidate } from "@caio/contracts";
import type { PromiseVerdict, VerdictChange } from "@caio/guarantees";

import type { CircuitState } from "../../wiring/resilience/circuit-breakers.ts";
import type { WatchedCall } from "../../wiring/watch/service-watch.ts";
import { CallBucket, type CallPoint } from "./call-bucket.ts";

/** Milliseconds of a bucket. */
export const BUCKET_MS = 60_000;
/** Buckets of one pair: a day. */
const MOST_OF_A_PAIR = 1440;
/** Buckets of all pairs, about half a kilobyte each; every pair may have an hour whatever the others have. */
const MOST_OF_ALL = 50_000;
const LEAST_OF_A_PAIR = 60;
/** Changes that are kept of a pair, and of a circuit. */
const MOST_CHANGES = 100;

/** A verdict that changed, milliseconds. */
export interface TimedVerdict {
  readonly at: number;
  readonly kind: string;
  readonly property: string;
  readonly before: PromiseVerdict;
  readonly after: PromiseVerdict;
}

export interface TimedCircuit {
  readonly at: number;
  readonly state: CircuitState;
}

interface PairSeries {
  open: CallBucket | undefined;
  points: CallPoint[];
  changes: readonly TimedVerdict[];
}

/** What is known of a pair over time: only minutes with calls are there. */
export interface SeriesOfPair {
  readonly points: readonly CallPoint[];
  readonly changes: readonly TimedVerdict[];
}

/**
 * How calls and the evidence on promises went, minute by minute, since this process began: in memory, and of bounded size. A day of every
 * pair with traffic as long as 34 pairs have some, an hour of each where a thousand have.
 */
export class EvidenceSeries {
  /** Milliseconds: nothing from before is known. */
  readonly since: number;
  readonly #now: () => number;
  readonly #pairs = new Map<string, PairSeries & Pick<Candidate, "service">>();
  readonly #circuits = new Map<string, readonly TimedCircuit[]>();

  /** @param now - milliseconds */
  constructor(now: () => number) {
    this.#now = now;
    this.since = now();
  }

  note(pair: Candidate, call: WatchedCall): void {
    const series = this.#of(pair);
    const minute = Math.floor(this.#now() / BUCKET_MS) * BUCKET_MS;
    const { open } = series;
    // A clock that is set back begins no minute again.
    if (open === undefined || open.at < minute || open.contract !== call.after.contract) {
      if (open !== undefined) this.#close(series, open);
      series.open = new CallBucket(Math.max(minute, open?.at ?? 0), call);
    }
    series.open?.add(call);
  }

  verdict({ service, model, before, standing }: VerdictChange): void {
    const series = this.#of({ service, model });
    const { kind, property, verdict: after } = standing;
    series.changes = [...series.changes, { at: this.#now(), kind, property, before, after }].slice(-MOST_CHANGES);
  }

  circuit(service: string, state: CircuitState): void {
    this.#circuits.set(service, [...(this.#circuits.get(service) ?? []), { at: this.#now(), state }].slice(-MOST_CHANGES));
  }

  circuits(service: string): readonly TimedCircuit[] {
    return this.#circuits.get(service) ?? [];
  }

  /** @param since - milliseconds: only what began then or later */
  of(pair: Candidate, since = 0): SeriesOfPair {
    const series = this.#pairs.get(keyOf(pair));
    if (series === undefined) return { points: [], changes: [] };
    const points = series.open === undefined ? series.points : [...series.points, series.open.point()];
    return { points: points.filter(({ at }) => at >= since), changes: series.changes.filter(({ at }) => at >= since) };
  }

  /** Forgets what a service had, but for these pairs of it. */
  forget(service: string, but: readonly Candidate[] = []): void {
    if (but.length === 0) this.#circuits.delete(service);
    const kept = new Set(but.map(keyOf));
    for (const [key, series] of this.#pairs) if (series.service === service && !kept.has(key)) this.#pairs.delete(key);
  }

  #of(pair: Candidate): PairSeries {
    const key = keyOf(pair);
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    const made = { service: pair.service, open: undefined, points: [], changes: [] };
    this.#pairs.set(key, made);
    for (const series of this.#pairs.values()) this.#trim(series);
    return made;
  }

  #close(series: PairSeries, bucket: CallBucket): void {
    series.points.push(bucket.point());
    this.#trim(series);
  }

  #trim({ points }: PairSeries): void {
    const most = Math.max(LEAST_OF_A_PAIR, Math.min(MOST_OF_A_PAIR, Math.floor(MOST_OF_ALL / this.#pairs.size)));
    if (points.length > most) points.splice(0, points.length - most);
  }
}

function keyOf({ service, model }: Candidate): string {
  return JSON.stringify([service, model]);
}

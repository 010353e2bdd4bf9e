import type { Chance, Delay } from "./chance.ts";

/** How replicas follow one registry. Times in milliseconds. */
export interface Following {
  /** From the commit of a version to its notification at a replica. */
  readonly notify: Delay;
  /** From a question to its answer; the answer is of half way. */
  readonly ask: Delay;
  /** Between two questions whether anything is newer. */
  readonly pollMs: number;
  /** The longest pause after failures. */
  readonly longestPauseMs: number;
  /** How often a replica is cut off, and how long for. */
  readonly cutsPerHour: number;
  readonly cutMs: number;
}

/** One decision: how long the newest of R had been there unseen (0: it was seen), and for how long nobody had confirmed it. */
export interface SampledDecision {
  readonly behindMs: number;
  readonly ageMs: number;
}

interface Cut {
  readonly from: number;
  readonly to: number;
}

/** From `at` on, the replica has versions up to `seen`, and knows that this was the newest at `confirmed`. */
interface Knowledge {
  readonly at: number;
  readonly seen: number;
  readonly confirmed: number;
}

/**
 * One replica through a span of time.
 *
 * A notification brings all versions up to its own and confirms nothing: it does not say that there is no newer one. An answer brings what
 * there is when the question is answered, and confirms as of the moment when it was asked. While a replica is cut off neither comes, and its
 * questions fail, each after a longer pause (decision 19, `replicas` of the gateway).
 *
 * @param published - when each version was committed, sorted
 * @param asked - when decisions are made, sorted
 */
export function replicaRun(chance: Chance, following: Following, published: readonly number[], asked: readonly number[], untilMs: number): readonly SampledDecision[] {
  const cuts = cutsOf(chance, following, untilMs);
  const known = [...notifications(chance, following, published, cuts), ...answers(chance, following, published, cuts, untilMs)].sort((a, b) => a.at - b.at);
  let [next, seen, confirmed] = [0, 0, 0];
  return asked.map((at) => {
    for (let news = known[next]; news !== undefined && news.at <= at; news = known[++next]) {
      seen = Math.max(seen, news.seen);
      confirmed = Math.max(confirmed, news.confirmed);
    }
    const missed = published[seen];
    return { behindMs: missed === undefined || missed > at ? 0 : at - missed, ageMs: at - confirmed };
  });
}

function cutsOf(chance: Chance, { cutsPerHour, cutMs }: Following, untilMs: number): readonly Cut[] {
  return chance.times(cutsPerHour / 3_600_000, untilMs).map((from) => ({ from, to: from + chance.exponential(cutMs) }));
}

function isCut(cuts: readonly Cut[], from: number, to: number): boolean {
  return cuts.some((cut) => cut.from <= to && from <= cut.to);
}

function notifications(chance: Chance, { notify }: Following, published: readonly number[], cuts: readonly Cut[]): readonly Knowledge[] {
  return published.flatMap((committed, index) => {
    const at = committed + chance.delay(notify);
    return isCut(cuts, committed, at) ? [] : [{ at, seen: index + 1, confirmed: 0 }];
  });
}

function answers(chance: Chance, { ask, pollMs, longestPauseMs }: Following, published: readonly number[], cuts: readonly Cut[], untilMs: number): readonly Knowledge[] {
  const found: Knowledge[] = [];
  let [failed, seen] = [0, 0];
  for (let at = chance.share() * pollMs; at < untilMs; ) {
    const took = chance.delay(ask);
    if (isCut(cuts, at, at + took)) {
      at += took + Math.min(longestPauseMs, pollMs * 2 ** Math.min(10, failed)) * (0.5 + chance.share() / 2);
      failed += 1;
      continue;
    }
    failed = 0;
    while ((published[seen] ?? Number.POSITIVE_INFINITY) <= at + took / 2) seen += 1;
    found.push({ at: at + took, seen, confirmed: at });
    at += took + pollMs * (0.9 + chance.share() / 10);
  }
  return found;
}

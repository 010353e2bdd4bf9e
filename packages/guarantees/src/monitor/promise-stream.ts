import { MICRO } from "@caio/core";

import type { Reading } from "./call-reading.ts";
import type { Count } from "./evidence/confidence-bound.ts";
import { detectDrift, driftStands, newDriftDetector, type DriftDetector } from "./evidence/drift-detector.ts";
import { thresholdOf } from "./evidence/spending.ts";
import { AGAINST, factorsOf, IN_FAVOUR, newWager, play, wealthOf, type Wager } from "./evidence/wager.ts";
import type { WatchedPromise } from "./watched-promise.ts";

/**
 * `contradicted`: the evidence reached the stream's share of α. `suspect`: it would for a stream alone, or the drift detector rang
 * lately. A contradicted promise stays contradicted until the calls since then show, at the same level, that fewer break it than it
 * allows: then the stream begins its next life.
 */
export type PromiseVerdict = "holds" | "suspect" | "contradicted";

/** What the monitor was set to when it began to watch. */
export interface MonitorTerms {
  /** Chance that any promise of all that are ever watched is wrongly contradicted, micros: policy `monitor.alpha`. */
  readonly alphaMicros: number;
  /** Mean calls between false alarms of drift, per stream: policy `monitor.drift_run_length`. */
  readonly driftRunLength: number;
}

/** The state of one promise of one pair: plain JSON of bounded size. */
export interface PromiseStream {
  readonly promise: WatchedPromise;
  /** The how-manieth stream this is of all that were ever opened; with the life, its share of α. */
  readonly place: number;
  readonly life: number;
  /** The capital that contradicts the promise. */
  readonly threshold: number;
  readonly accused: Count;
  readonly wager: Wager;
  /** The greatest capital yet. */
  readonly peak: number;
  /** A bet that more than half of the calls are broken. */
  readonly severe: { readonly wager: Wager; readonly shown: boolean };
  readonly drift: DriftDetector;
  /** Counts on the service's behalf: of this life, and of the calls since it last stood well. */
  readonly whole: RungCounts;
  readonly recent: RungCounts;
  readonly climb: number;
  /** Begins when the promise is contradicted. */
  readonly recovery: Wager | null;
  readonly verdict: PromiseVerdict;
  /** The call of the pair at which the verdict began, 0 before the first. */
  readonly since: number;
}

/** Micros of the promise that the calls broke, for the promised bound and each wider one. */
export interface RungCounts {
  readonly calls: number;
  readonly brokenMicros: readonly number[];
}

const TWICE: readonly number[] = [2];
const SEVERE: readonly number[] = [1.5, 3, 9];
const HALF = MICRO / 2;
/** So that a service that recovers is seen to within some hundred calls. */
const HIGHEST_CLIMB = 1e15;

/** A stream without evidence. @param since - the call of the pair after which it begins */
export function openStream(promise: WatchedPromise, place: number, terms: MonitorTerms, life = 1, since = 0): PromiseStream {
  const nothing = { calls: 0, brokenMicros: promise.rungs.map(() => 0) };
  return {
    promise,
    place,
    life,
    threshold: thresholdOf(place, life, terms.alphaMicros),
    accused: { calls: 0, brokenMicros: 0 },
    wager: newWager(AGAINST),
    peak: 1,
    severe: { wager: newWager(SEVERE), shown: false },
    drift: newDriftDetector(AGAINST),
    whole: nothing,
    recent: nothing,
    climb: 1,
    recovery: null,
    verdict: "holds",
    since,
  };
}

/** The stream after one more call. @param at - number of the call in its pair */
export function advanceStream(stream: PromiseStream, reading: Reading, terms: MonitorTerms, at: number): PromiseStream {
  const recovery = recoveryAfter(stream, reading);
  if (recovery !== null && wealthOf(recovery) >= stream.threshold) {
    return openStream(stream.promise, stream.place, terms, stream.life + 1, at);
  }
  const { promise, place, life, threshold } = stream;
  const accused = { calls: stream.accused.calls + 1, brokenMicros: stream.accused.brokenMicros + reading.accused };
  const factors = factorsOf(AGAINST, reading.accused, promise.allowedMicros);
  const wager = play(stream.wager, factors);
  const wealth = wealthOf(wager);
  const drift = detectDrift(stream.drift, factors, terms.driftRunLength, accused.calls);
  const isContradicted = stream.verdict === "contradicted" || wealth >= threshold;
  // 1/α would do if this were the only stream there is.
  const isSuspect = driftStands(drift, terms.driftRunLength, accused.calls) || wealth * terms.alphaMicros >= MICRO;
  const verdict = isContradicted ? "contradicted" : isSuspect ? "suspect" : "holds";
  const { climb, whole, recent } = countsAfter(stream, reading);
  // Written out, since copying this many fields by spreading would be most of the work.
  return {
    promise,
    place,
    life,
    threshold,
    accused,
    wager,
    peak: Math.max(stream.peak, wealth),
    severe: severeAfter(stream, reading, isContradicted),
    drift,
    whole,
    recent,
    climb,
    recovery: isContradicted ? (recovery ?? newWager(IN_FAVOUR)) : null,
    verdict,
    since: verdict === stream.verdict ? stream.since : at,
  };
}

/** What is in doubt speaks for no recovery. */
function recoveryAfter({ recovery, promise }: PromiseStream, { charged }: Reading): Wager | null {
  const share = charged?.[0];
  return recovery === null || share === undefined ? recovery : play(recovery, factorsOf(IN_FAVOUR, share, promise.allowedMicros));
}

function severeAfter({ severe, promise, threshold }: PromiseStream, { accused }: Reading, isContradicted: boolean): PromiseStream["severe"] {
  if (promise.kind !== "failure" && promise.kind !== "in_time") return severe;
  const wager = play(severe.wager, factorsOf(SEVERE, accused, HALF));
  return { wager, shown: isContradicted && (severe.shown || wealthOf(wager) >= threshold) };
}

/** The recent calls begin anew whenever the service stands as well as if it had just begun (CUSUM at its bottom). */
function countsAfter(stream: PromiseStream, { accused, charged }: Reading): Pick<PromiseStream, "climb" | "recent" | "whole"> {
  const [factor = 1] = factorsOf(TWICE, accused, stream.promise.allowedMicros);
  const climb = Math.min(HIGHEST_CLIMB, Math.max(1, stream.climb) * factor);
  const whole = counted(stream.whole, charged);
  if (climb > 1) return { climb, whole, recent: counted(stream.recent, charged) };
  const { recent } = stream;
  return { climb, whole, recent: recent.calls === 0 ? recent : { calls: 0, brokenMicros: recent.brokenMicros.map(() => 0) } };
}

function counted(counts: RungCounts, charged: Reading["charged"]): RungCounts {
  if (charged === null) return counts;
  const { calls, brokenMicros } = counts;
  if (charged.every((share) => share === 0)) return { calls: calls + 1, brokenMicros };
  return { calls: calls + 1, brokenMicros: brokenMicros.map((held, rung) => held + (charged[rung] ?? MICRO)) };
}

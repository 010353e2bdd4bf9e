import {
  contractDigest,
  effectiveContract,
  type Candidate,
  type Guarantee,
  type Health,
  type Outcome,
  type PropertyDefinition,
  type ServiceContract,
} from "@caio/contracts";
import { CaioError, type Digest } from "@caio/core";

import { readCall } from "./call-reading.ts";
import { addToSketch, emptySketch, type DurationSketch } from "./evidence/duration-sketch.ts";
import { measuredPromises } from "./measured-promises.ts";
import { isAnswered, requireObservation, type Observation } from "./observation.ts";
import { advanceStream, openStream, type MonitorTerms, type PromiseStream } from "./promise-stream.ts";
import { watchList } from "./watched-promise.ts";

/** All that is known of the promises of one pair under one contract version: immutable, plain JSON, of bounded size. */
export interface PairWatch extends Candidate {
  readonly contract: Digest;
  readonly terms: MonitorTerms;
  /** Calls that counted. */
  readonly calls: number;
  /** Calls that broke the contract's assumptions. */
  readonly leftOut: number;
  readonly counts: Readonly<Record<Outcome["status"], number>>;
  /** Of answered calls. */
  readonly latency: DurationSketch;
  readonly streams: readonly PromiseStream[];
  /** Promises that no single call bears on. */
  readonly unwatched: readonly Guarantee[];
}

/** What to watch. */
export interface WatchInput extends MonitorTerms {
  readonly contract: ServiceContract;
  readonly model: string | null;
  /** Number of the first stream that is opened, 1 if none ever was. No two streams of one monitor may share a number. */
  readonly firstPlace: number;
  readonly catalogue?: readonly PropertyDefinition[];
}

/**
 * Begins to watch a pair.
 *
 * @throws CaioError `UnknownService` if the contract lists no such pair, `NumberOutOfRange` for terms that are none.
 */
export function watchPair({ contract, model, firstPlace, catalogue, alphaMicros, driftRunLength }: WatchInput): PairWatch {
  const effective = effectiveContract(contract, model);
  if (effective === undefined) {
    const message = `Contract "${contract.serviceId}" lists no model "${String(model)}". Watch a pair that it offers.`;
    throw new CaioError("UnknownService", message, { details: { service: contract.serviceId, model } });
  }
  requireTerms({ alphaMicros, driftRunLength });
  requireWithin("firstPlace", firstPlace, 1_000_000_000);
  const { watched, unwatched } = watchList(effective.guarantees, catalogue);
  return {
    service: contract.serviceId,
    model,
    contract: contractDigest(contract),
    terms: { alphaMicros, driftRunLength },
    calls: 0,
    leftOut: 0,
    counts: { success: 0, violation: 0, error: 0, timeout: 0, cancelled: 0 },
    latency: emptySketch,
    streams: watched.map((promise, index) => openStream(promise, firstPlace + index, { alphaMicros, driftRunLength })),
    unwatched,
  };
}

/**
 * The state after one more call: a function of its two arguments.
 *
 * @throws CaioError `NumberOutOfRange` or `InvalidField` for what is no observation; the state stays as it was.
 *
 * @example
 * ```ts
 * import { observePair, watchPair } from "@caio/guarantees";
 * import type { ServiceContract } from "@caio/contracts";
 *
 * declare const contract: ServiceContract;
 *
 * const before = watchPair({ contract, model: null, firstPlace: 1, alphaMicros: 10_000, driftRunLength: 10_000 });
 * const after = observePair(before, { status: "success", latencyUs: 41_000, assumptionsMet: true });
 * after.calls; // 1
 * ```
 */
export function observePair(state: PairWatch, call: Observation): PairWatch {
  requireObservation(call);
  if (!call.assumptionsMet) return { ...state, leftOut: state.leftOut + 1 };
  const { service, model, contract, terms, leftOut, unwatched } = state;
  const calls = state.calls + 1;
  const latency = isAnswered(call) ? addToSketch(state.latency, call.latencyUs) : state.latency;
  const streams = state.streams.map((stream) => {
    const reading = readCall(stream.promise, call);
    return reading === null ? stream : advanceStream(stream, reading, terms, calls);
  });
  return { service, model, contract, terms, calls, leftOut, counts: countsAfter(state.counts, call), latency, streams, unwatched };
}

function countsAfter({ success, violation, error, timeout, cancelled }: PairWatch["counts"], { status }: Observation): PairWatch["counts"] {
  return {
    success: success + Number(status === "success"),
    violation: violation + Number(status === "violation"),
    error: error + Number(status === "error"),
    timeout: timeout + Number(status === "timeout"),
    cancelled: cancelled + Number(status === "cancelled"),
  };
}

/** Clears the evidence by decision of the operator. Every stream begins its next life under the terms given, or its own, with what is left of its share of α. */
export function renewPair(state: PairWatch, terms: MonitorTerms = state.terms): PairWatch {
  const streams = state.streams.map(({ promise, place, life }) => openStream(promise, place, terms, life + 1, state.calls));
  return { ...state, terms, streams };
}

/** The same state under other terms: a test cannot change its level while it runs, so it begins anew. What is contradicted stays as it is. */
export function retunePair(state: PairWatch, terms: MonitorTerms): PairWatch {
  const { alphaMicros, driftRunLength } = state.terms;
  const isSame = alphaMicros === terms.alphaMicros && driftRunLength === terms.driftRunLength;
  return isSame || state.streams.some(({ verdict }) => verdict === "contradicted") ? state : renewPair(state, terms);
}

/** @throws CaioError `NumberOutOfRange` for terms that are none. */
export function requireTerms({ alphaMicros, driftRunLength }: MonitorTerms): void {
  requireWithin("monitor.alpha", alphaMicros, 1_000_000);
  requireWithin("monitor.drift_run_length", driftRunLength, 1_000_000_000);
}

/** What the leaf of H says of the pair. */
export interface MeasuredHealth {
  readonly health: Health;
  /** Those of a degraded pair; else none. In canonical order. */
  readonly promises: readonly Guarantee[];
}

/**
 * `degraded` once a promise is contradicted, `unhealthy` once it is shown besides that more than half of the calls bring nothing usable
 * (in time). Suspicion changes nothing.
 */
export function measuredHealth({ streams }: PairWatch): MeasuredHealth {
  if (streams.some(({ severe }) => severe.shown)) return { health: "unhealthy", promises: [] };
  const isContradicted = streams.some(({ verdict }) => verdict === "contradicted");
  return { health: isContradicted ? "degraded" : "healthy", promises: measuredPromises(streams) };
}

function requireWithin(path: string, found: number, max: number): void {
  if (Number.isSafeInteger(found) && found >= 1 && found <= max) return;
  throw new CaioError("NumberOutOfRange", `At ${path}: found ${String(found)}, expected an integer from 1 to ${String(max)}.`, {
    details: { path, found: String(found), expected: `1 … ${String(max)}` },
  });
}

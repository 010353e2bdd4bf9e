import { observePair, type PairWatch } from "@caio/guarantees";

import { chanceOf } from "./chance.ts";
import type { Size } from "./false-alarms.ts";
import { callThat, ratio, watchOne } from "./one-promise.ts";

/** Calls from the beginning of a fault until it is known; quantiles over the streams. A stream that ends first counts as its length. */
export interface Delay {
  readonly allowedMicros: number;
  readonly brokenMicros: number;
  /** Calls at the boundary before the fault begins. */
  readonly goodBefore: number;
  readonly place: number;
  readonly streams: number;
  readonly undetected: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Calls until the promise is contradicted. Before the fault the service keeps it with half of what is allowed to spare. */
export function detectionDelay(
  { allowedMicros, brokenMicros, goodBefore, place }: Pick<Delay, "allowedMicros" | "brokenMicros" | "goodBefore" | "place">,
  { streams, calls, seed }: Size,
): Delay {
  const delays = Array.from({ length: streams }, (_, stream) => {
    const chance = chanceOf(seed * 1_000_003 + stream);
    let state = watchOne(ratio("availability", allowedMicros), { alphaMicros: 10_000, driftRunLength: 10_000 }, place);
    for (let call = 0; call < goodBefore; call++) state = observePair(state, callThat(chance(allowedMicros / 2)));
    for (let call = 1; call <= calls; call++) {
      state = observePair(state, callThat(chance(brokenMicros)));
      if (state.streams[0]?.verdict === "contradicted") return call;
    }
    return calls + 1;
  });
  const undetected = delays.filter((delay) => delay > calls).length;
  return { allowedMicros, brokenMicros, goodBefore, place, streams, undetected, ...quantiles(delays) };
}

/** Calls of drift detection: between false alarms at the boundary, and from a change to its alarm. */
export interface RunLength {
  readonly driftRunLength: number;
  readonly allowedMicros: number;
  readonly brokenMicros: number;
  readonly goodBefore: number;
  readonly streams: number;
  readonly mean: number;
  readonly cut: number;
  readonly p50: number;
  readonly p90: number;
}

/** Calls until the drift detector rings, counted from the change. With no change it is the run length; a stream that is cut counts as its length, so the mean is a lower bound. */
export function runLength(
  { driftRunLength, allowedMicros, brokenMicros, goodBefore }: Pick<RunLength, "allowedMicros" | "brokenMicros" | "driftRunLength" | "goodBefore">,
  { streams, calls, seed }: Size,
): RunLength {
  const lengths = Array.from({ length: streams }, (_, stream) => {
    const chance = chanceOf(seed * 1_000_003 + stream);
    let state = watchOne(ratio("availability", allowedMicros), { alphaMicros: 1, driftRunLength });
    for (let call = 0; call < goodBefore; call++) state = observePair(state, callThat(chance(allowedMicros / 2)));
    const before = alarms(state);
    for (let call = 1; call <= calls; call++) {
      state = observePair(state, callThat(chance(brokenMicros)));
      if (alarms(state) > before) return call;
    }
    return calls;
  });
  const mean = lengths.reduce((total, length) => total + length, 0) / streams;
  const cut = lengths.filter((length) => length === calls).length;
  const { p50, p90 } = quantiles(lengths);
  return { driftRunLength, allowedMicros, brokenMicros, goodBefore, streams, mean, cut, p50, p90 };
}

function alarms({ streams }: PairWatch): number {
  return streams[0]?.drift.alarms ?? 0;
}

function quantiles(values: readonly number[]): { readonly p50: number; readonly p90: number; readonly p99: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

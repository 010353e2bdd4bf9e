import { canonicalSet, type Bound, type Guarantee } from "@caio/contracts";
import { MICRO } from "@caio/core";

import { greatestBrokenShare, isBelow, type Count } from "./evidence/confidence-bound.ts";
import type { PromiseStream } from "./promise-stream.ts";

/**
 * What the calls do support of the properties whose promises they contradict, for the leaf of H: per property one promise that says
 * nothing (so that silence is never read as the contract's own), those that still stand, and for each contradicted one what holds of it
 * with confidence 1 − share of α at every moment at once. Each is judged by all calls of the stream's life and by the recent ones, and
 * the worse counts.
 *
 * Of a bound: the promised one at a lesser coverage, and the first wider one that holds at the promised coverage. Of a ratio: the ratio.
 */
export function measuredPromises(streams: readonly PromiseStream[]): readonly Guarantee[] {
  const contradicted = streams.filter(({ verdict }) => verdict === "contradicted");
  const found: Guarantee[] = [];
  for (const property of new Set(contradicted.flatMap((stream) => hurtBy(stream, streams)))) {
    const own = streams.filter(({ promise }) => promise.property === property && promise.kind !== "in_time");
    found.push(...own.map(nothing));
    if (own.some(({ promise }) => promise.kind === "bound")) found.push(...own.flatMap(boundsOf));
    found.push(...ratioOf(own, contradicted.filter((stream) => hurtBy(stream, streams).includes(property))));
  }
  return canonicalSet(found);
}

/** The properties that a contradicted stream speaks against: not being in time is held against being available. */
function hurtBy({ promise }: PromiseStream, streams: readonly PromiseStream[]): readonly string[] {
  if (promise.kind !== "in_time") return [promise.property];
  return streams.flatMap((other) => (other.promise.kind === "failure" ? [other.promise.property] : []));
}

function nothing({ promise }: PromiseStream): Guarantee {
  const { property, direction, guarantee } = promise;
  const isDuration = "minUs" in guarantee.bound || "maxUs" in guarantee.bound;
  const bound: Bound = isDuration ? { minUs: 0 } : direction === "lower" ? { maxMicros: MICRO } : { minMicros: 0 };
  return { property, coveragePpm: MICRO, bound };
}

function boundsOf(stream: PromiseStream): readonly Guarantee[] {
  const { promise, verdict } = stream;
  if (promise.kind !== "bound") return [];
  const { guarantee, allowedMicros, rungs } = promise;
  if (verdict !== "contradicted") return [guarantee];
  // The rungs share the level as 1/((j+1)(j+2)), which sums to 1.
  const level = (rung: number): number => stream.threshold * (rung + 1) * (rung + 2);
  const coveragePpm = Math.min(guarantee.coveragePpm - 1, MICRO - worst(stream, level(0)));
  const rung = rungs.findIndex((_, at) => at > 0 && spans(stream, at).every((count) => isBelow(count, allowedMicros, level(at))));
  const bound = rungs[rung];
  return [
    ...(coveragePpm < 1 ? [] : [{ ...guarantee, coveragePpm }]),
    ...(bound === undefined ? [] : [{ ...guarantee, bound }]),
  ];
}

/** The worst of what the contradicted streams leave of a ratio. */
function ratioOf(own: readonly PromiseStream[], against: readonly PromiseStream[]): readonly Guarantee[] {
  const declared = own.find(({ promise }) => promise.kind === "mean" || promise.kind === "failure")?.promise;
  const blamed = against.filter(({ promise }) => promise.kind !== "bound");
  if (declared === undefined || blamed.length === 0) return [];
  const share = Math.max(...blamed.map((stream) => Math.max(stream.promise.allowedMicros + 1, worst(stream, stream.threshold))));
  const bound: Bound = declared.direction === "higher" ? { minMicros: MICRO - Math.min(MICRO, share) } : { maxMicros: Math.min(MICRO, share) };
  return [{ property: declared.property, coveragePpm: MICRO, bound }];
}

function worst(stream: PromiseStream, threshold: number): number {
  return Math.max(...spans(stream, 0).map((count) => greatestBrokenShare(count, threshold)));
}

/** All calls, and the recent ones where there are any. */
function spans({ whole, recent }: PromiseStream, rung: number): readonly Count[] {
  return (recent.calls === 0 ? [whole] : [whole, recent]).map(({ calls, brokenMicros }) => ({ calls, brokenMicros: brokenMicros[rung] ?? 0 }));
}

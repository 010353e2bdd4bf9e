import { mulDiv } from "@caio/core";
import type { Guarantee } from "@caio/contracts";

import { quantileUs } from "./evidence/duration-sketch.ts";
import { driftStands } from "./evidence/drift-detector.ts";
import { wealthOf } from "./evidence/wager.ts";
import type { PairWatch } from "./pair-watch.ts";
import type { PromiseStream, PromiseVerdict } from "./promise-stream.ts";
import type { WatchedKind } from "./watched-promise.ts";

/** How one promise stands, with the evidence: integers and words alone, fit for a trace. */
export interface PromiseStanding {
  readonly kind: WatchedKind;
  readonly property: string;
  readonly guarantee: Guarantee;
  readonly verdict: PromiseVerdict;
  /** The call of the pair at which the verdict began; 0: from the start. */
  readonly since: number;
  /** Calls of this life that bear on the promise, and how many micros of it they broke for certain. */
  readonly calls: number;
  readonly brokenMicros: number;
  /** The share of calls that may break it, and the share that did, micros. */
  readonly allowedMicros: number;
  readonly measuredMicros: number;
  /** Of `latency`: the quantile at the promised coverage, microseconds, up to 1/64 above the true one. */
  readonly quantileUs: number | null;
  /** Capital of the bet against the promise: now, at its highest, and what contradicts it. */
  readonly wealth: number;
  readonly peak: number;
  readonly threshold: number;
  readonly drift: { readonly alarms: number; readonly lastAt: number | null; readonly stands: boolean };
  /** Which of all streams ever opened, and how often it was cleared. */
  readonly place: number;
  readonly life: number;
}

/** How the promises of a pair stand, in the order of the contract. */
export function standingsOf(state: PairWatch): readonly PromiseStanding[] {
  return state.streams.map((stream) => standingOf(stream, state));
}

function standingOf(stream: PromiseStream, { latency, terms }: PairWatch): PromiseStanding {
  const { promise, verdict, since, accused, wager, peak, drift, place, life, threshold } = stream;
  const { kind, property, guarantee, allowedMicros } = promise;
  return {
    kind,
    property,
    guarantee,
    verdict,
    since,
    ...accused,
    allowedMicros,
    measuredMicros: accused.calls === 0 ? 0 : mulDiv(accused.brokenMicros, 1, accused.calls, "half-even"),
    quantileUs: property === "latency" ? quantileUs(latency, guarantee.coveragePpm) : null,
    wealth: wealthOf(wager),
    peak,
    threshold,
    drift: { alarms: drift.alarms, lastAt: drift.lastAt, stands: driftStands(drift, terms.driftRunLength, accused.calls) },
    place,
    life,
  };
}

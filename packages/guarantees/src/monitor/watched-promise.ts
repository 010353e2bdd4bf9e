import { propertyCatalogue, propertyNamed, type Bound, type Guarantee, type PropertyDefinition } from "@caio/contracts";
import { MICRO } from "@caio/core";

import { rungsOf } from "./rungs.ts";

/**
 * How a promise becomes a share of calls that may break it:
 * `bound`: a call is broken if its value lies outside; `mean`: it is broken by the share that its score lacks; `failure`: it is broken if
 * nothing usable came; `in_time`: it is broken if nothing came within a promised latency, which availability and latency together allow
 * only so often: so a service that hangs is caught whichever of the two it hurts.
 */
export type WatchedKind = "bound" | "mean" | "failure" | "in_time";

/** One promise as it is tested: P(call broken | what was before) ≤ allowed. */
export interface WatchedPromise {
  readonly kind: WatchedKind;
  readonly property: string;
  /** As the contract has it; of `in_time` the promised latency. */
  readonly guarantee: Guarantee;
  /** The promised bound and, for `bound`, wider ones that are measured beside it. */
  readonly rungs: readonly Bound[];
  /** Micros, 1 … 999 999. A promise that allows nothing is tested as one in a million. */
  readonly allowedMicros: number;
  readonly direction: PropertyDefinition["direction"];
  /** Nothing is promised about being available, so a call that was given up after the bound is a late one. */
  readonly hangIsLate: boolean;
}

/** What can be tested, and what cannot: flags, ratios of whole windows, promises that allow every call to break them. */
export interface WatchList {
  readonly watched: readonly WatchedPromise[];
  readonly unwatched: readonly Guarantee[];
}

/** The tests that the guarantees of a pair call for. */
export function watchList(guarantees: readonly Guarantee[], catalogue: readonly PropertyDefinition[] = propertyCatalogue): WatchList {
  const failures = guarantees.flatMap((guarantee) => failureAllowed(guarantee, catalogue) ?? []).filter((allowed) => allowed < MICRO);
  const failureShare = failures.length === 0 ? null : Math.min(...failures);
  const watched: WatchedPromise[] = [];
  const unwatched: Guarantee[] = [];
  for (const guarantee of guarantees) {
    const found = watchedOf(guarantee, failureShare === null, catalogue);
    if (found === null) unwatched.push(guarantee);
    else watched.push(found);
  }
  if (failureShare === null) return { watched, unwatched };
  return { watched: [...watched, ...guarantees.flatMap((guarantee) => inTime(guarantee, failureShare) ?? [])], unwatched };
}

function watchedOf(guarantee: Guarantee, hangIsLate: boolean, catalogue: readonly PropertyDefinition[]): WatchedPromise | null {
  const definition = propertyNamed(guarantee.property, catalogue);
  if (definition === undefined) return null;
  const { direction, row } = definition;
  const { property, coveragePpm, bound } = guarantee;
  const promise = (kind: WatchedKind, allowed: number | null): WatchedPromise | null =>
    allowed === null || allowed >= MICRO
      ? null
      : {
          kind,
          property,
          guarantee,
          rungs: kind === "bound" ? rungsOf(bound) : [bound],
          allowedMicros: Math.max(1, allowed),
          direction,
          hangIsLate,
        };
  if (row === "latency" || row === "throughput") return promise("bound", MICRO - coveragePpm);
  if (row === "availability" || row === "detected_error") return promise("failure", failureAllowed(guarantee, catalogue));
  if (row === "determinism") return null;
  if (coveragePpm < MICRO) return promise("bound", MICRO - coveragePpm);
  return promise("mean", meanAllowed(guarantee, direction));
}

function failureAllowed(guarantee: Guarantee, catalogue: readonly PropertyDefinition[]): number | null {
  const definition = propertyNamed(guarantee.property, catalogue);
  const fits = definition?.row === "availability" || definition?.row === "detected_error";
  return fits && guarantee.coveragePpm === MICRO ? meanAllowed(guarantee, definition.direction) : null;
}

/** The mean share of broken calls that a bound of a ratio allows; null where it says nothing in the good direction. */
function meanAllowed({ bound }: Guarantee, direction: PropertyDefinition["direction"]): number | null {
  if (direction === "higher") return "minMicros" in bound ? Math.max(0, MICRO - bound.minMicros) : null;
  return "maxMicros" in bound ? Math.max(0, bound.maxMicros) : null;
}

function inTime(guarantee: Guarantee, failureShare: number): WatchedPromise | null {
  const { property, bound, coveragePpm } = guarantee;
  if (property !== "latency" || !("maxUs" in bound)) return null;
  const allowed = MICRO - coveragePpm + failureShare;
  if (allowed >= MICRO) return null;
  return {
    kind: "in_time",
    property,
    guarantee,
    rungs: [bound],
    allowedMicros: Math.max(1, allowed),
    direction: "lower",
    hangIsLate: false,
  };
}

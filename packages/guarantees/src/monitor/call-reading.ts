import type { Guarantee } from "@caio/contracts";
import { CaioError, MICRO } from "@caio/core";

import { isAnswered, type Observation } from "./observation.ts";
import { isOutside } from "./rungs.ts";
import type { WatchedPromise } from "./watched-promise.ts";

/** A call that was given up after this long counts as unanswered: no call runs longer where nobody sets a deadline. */
export const PATIENCE_US = 30_000_000;

/**
 * How much of a promise one call broke, in micros, read twice. What is in doubt, as of a call that was given up before its time was
 * over, counts as kept where the service is accused, and as broken where something is said on its behalf.
 */
export interface Reading {
  readonly accused: number;
  /** For the promised bound and the wider ones; null: the call is left out, since its caller and not the service ended it. */
  readonly charged: readonly number[] | null;
}

/** What a call says of a promise. Null: nothing. @throws CaioError `NumberOutOfRange` for a score above 1.0. */
export function readCall(promise: WatchedPromise, call: Observation): Reading | null {
  switch (promise.kind) {
    case "bound":
      return promise.property === "latency" ? readLatency(promise, call) : readValue(promise, call);
    case "mean":
      return readScore(promise, call);
    case "failure":
      return readFailure(promise, call);
    case "in_time":
      return readInTime(promise, call);
  }
}

function readLatency(promise: WatchedPromise, call: Observation): Reading {
  const { status, latencyUs } = call;
  const { rungs } = promise;
  if (isAnswered(call)) return certain(rungs.map((bound) => broken(isOutside(bound, latencyUs))));
  const hangs = status === "timeout" && promise.hangIsLate && isPast(promise.guarantee, latencyUs);
  if (status === "cancelled") return { accused: 0, charged: null };
  // An error is no late answer; a call that was given up may have become one.
  return { accused: broken(hangs), charged: rungs.map(() => broken(status === "timeout")) };
}

function readValue(promise: WatchedPromise, { status, values }: Observation): Reading | null {
  const value = values?.[promise.property];
  if (value !== undefined) return certain(promise.rungs.map((bound) => broken(isOutside(bound, value))));
  // Not measured by design, or not reached: the second would favour fast answers if it were left out.
  return status === "success" || !("maxUs" in promise.guarantee.bound) ? null : { accused: 0, charged: null };
}

function readScore({ property, direction }: WatchedPromise, { values }: Observation): Reading | null {
  const score = values?.[property];
  if (score === undefined) return null;
  if (score > MICRO) {
    throw new CaioError("NumberOutOfRange", `In an observation, at values.${property}: found ${String(score)}, expected at most 1000000.`, {
      details: { path: `values.${property}`, found: score, expected: "0 … 1000000" },
    });
  }
  return certain([direction === "higher" ? MICRO - score : score]);
}

function readFailure({ property }: WatchedPromise, { status, latencyUs }: Observation): Reading {
  if (status === "success") return certain([0]);
  if (status === "violation") return certain([broken(property === "detected_error")]);
  if (status === "error" || latencyUs >= PATIENCE_US) return certain([MICRO]);
  return { accused: 0, charged: status === "timeout" ? [MICRO] : null };
}

function readInTime({ guarantee }: WatchedPromise, call: Observation): Reading {
  const late = isPast(guarantee, call.latencyUs);
  if (isAnswered(call)) return certain([broken(late)]);
  if (call.status === "error" || late) return certain([MICRO]);
  return { accused: 0, charged: call.status === "timeout" ? [MICRO] : null };
}

function certain(charged: readonly number[]): Reading {
  return { accused: charged[0] ?? 0, charged };
}

function broken(is: boolean): number {
  return is ? MICRO : 0;
}

function isPast({ bound }: Guarantee, latencyUs: number): boolean {
  return "maxUs" in bound && latencyUs > bound.maxUs;
}

import type { Bound } from "../guarantee.ts";

/** A closed interval of integers; an absent end is unbounded. */
export interface Interval {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** The ends of a bound. Bounds of one property always have one unit. */
export function boundInterval(bound: Bound): Interval {
  return "minUs" in bound || "maxUs" in bound
    ? { min: bound.minUs, max: bound.maxUs }
    : "minMicros" in bound || "maxMicros" in bound
      ? { min: bound.minMicros, max: bound.maxMicros }
      : {};
}

/** The lower end of a bound, undefined where it is open. */
export function lowerEnd(bound: Bound): number | undefined {
  if ("minUs" in bound) return bound.minUs;
  return "minMicros" in bound ? bound.minMicros : undefined;
}

/** The upper end of a bound, undefined where it is open. */
export function upperEnd(bound: Bound): number | undefined {
  if ("maxUs" in bound) return bound.maxUs;
  return "maxMicros" in bound ? bound.maxMicros : undefined;
}

/** inner ⊆ outer. */
export function isWithin(inner: Interval, outer: Interval): boolean {
  return reachesAbove(inner.min, outer.min) && staysBelow(inner.max, outer.max);
}

/** inner ⊆ outer, of two bounds in one unit. */
export function boundIsWithin(inner: Bound, outer: Bound): boolean {
  return reachesAbove(lowerEnd(inner), lowerEnd(outer)) && staysBelow(upperEnd(inner), upperEnd(outer));
}

function reachesAbove(inner: number | undefined, outer: number | undefined): boolean {
  return outer === undefined || (inner !== undefined && inner >= outer);
}

function staysBelow(inner: number | undefined, outer: number | undefined): boolean {
  return outer === undefined || (inner !== undefined && inner <= outer);
}

/** a ∩ b, or undefined where they do not meet. */
export function meet(a: Interval, b: Interval): Interval | undefined {
  const min = a.min === undefined ? b.min : Math.max(a.min, b.min ?? a.min);
  const max = a.max === undefined ? b.max : Math.min(a.max, b.max ?? a.max);
  if (min !== undefined && max !== undefined && min > max) return undefined;
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

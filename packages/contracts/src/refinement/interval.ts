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

/** inner ⊆ outer. */
export function isWithin(inner: Interval, outer: Interval): boolean {
  const low = outer.min === undefined || (inner.min !== undefined && inner.min >= outer.min);
  const high = outer.max === undefined || (inner.max !== undefined && inner.max <= outer.max);
  return low && high;
}

/** a ∩ b, or undefined where they do not meet. */
export function meet(a: Interval, b: Interval): Interval | undefined {
  const min = a.min === undefined ? b.min : Math.max(a.min, b.min ?? a.min);
  const max = a.max === undefined ? b.max : Math.min(a.max, b.max ?? a.max);
  if (min !== undefined && max !== undefined && min > max) return undefined;
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

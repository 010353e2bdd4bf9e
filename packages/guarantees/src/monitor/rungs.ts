import type { Bound } from "@caio/contracts";

/** Bounds that are measured beside the promised one. */
const RUNGS = 12;

/** The promised bound, and wider ones: twice the max and half the min, four times and a quarter, … */
export function rungsOf(promised: Bound): readonly Bound[] {
  const rungs = [promised];
  while (rungs.length < RUNGS) rungs.push(wider(rungs[rungs.length - 1] ?? promised));
  return rungs;
}

/** @param value - in the unit of the bound */
export function isOutside(bound: Bound, value: number): boolean {
  const { min, max } = endsOf(bound);
  return (min !== undefined && value < min) || (max !== undefined && value > max);
}

function wider(bound: Bound): Bound {
  const { min, max } = endsOf(bound);
  const low = min === undefined ? undefined : Math.floor(min / 2);
  const high = max === undefined ? undefined : Math.min(Number.MAX_SAFE_INTEGER, Math.max(1, 2 * max));
  if ("minUs" in bound || "maxUs" in bound) {
    return { ...(low === undefined ? {} : { minUs: low }), ...(high === undefined ? {} : { maxUs: high }) };
  }
  return { ...(low === undefined ? {} : { minMicros: low }), ...(high === undefined ? {} : { maxMicros: high }) };
}

function endsOf(bound: Bound): { readonly min: number | undefined; readonly max: number | undefined } {
  if ("minUs" in bound || "maxUs" in bound) return { min: bound.minUs, max: bound.maxUs };
  if ("minMicros" in bound || "maxMicros" in bound) return { min: bound.minMicros, max: bound.maxMicros };
  return { min: undefined, max: undefined };
}

import type { Guarantee } from "../guarantee.ts";
import { boundIsWithin, lowerEnd, upperEnd } from "./interval.ts";

/** The offered guarantee meets the demanded one: same property, κ_C ≥ κ_Q, I_C ⊆ I_Q (calculus §2). */
export function refinesGuarantee(offered: Guarantee, required: Guarantee): boolean {
  return (
    offered.property === required.property &&
    offered.coveragePpm >= required.coveragePpm &&
    boundIsWithin(offered.bound, required.bound)
  );
}

/**
 * Declared ⊓ measured: a declared guarantee meets the demand, and if the property was measured, a measured one does as
 * well (calculus §2).
 */
export function meetsGuarantee(
  declared: readonly Guarantee[],
  measured: readonly Guarantee[],
  required: Guarantee,
): boolean {
  const refines = (guarantee: Guarantee): boolean => refinesGuarantee(guarantee, required);
  if (!declared.some(refines)) return false;
  const wasMeasured = measured.some((guarantee) => guarantee.property === required.property);
  return !wasMeasured || measured.some(refines);
}

/** The best that is promised of a property: the smallest max and the largest min, in its unit. */
export interface Promised {
  readonly max?: number;
  readonly min?: number;
}

/**
 * What guarantees promise of a property at a coverage or above: the smallest max, the largest min. Empty: no promise.
 *
 * @example
 * ```ts
 * import { promised } from "@caio/contracts";
 *
 * promised([{ property: "latency", coveragePpm: 990000, bound: { maxUs: 800 } }], "latency", 950000); // { max: 800 }
 * ```
 */
export function promised(guarantees: readonly Guarantee[], property: string, coveragePpm: number): Promised {
  const max = smallestMax(guarantees, property, coveragePpm);
  let min = Number.NEGATIVE_INFINITY;
  guarantees.forEach((guarantee) => {
    if (guarantee.property === property && guarantee.coveragePpm >= coveragePpm) min = Math.max(min, lowerEnd(guarantee.bound) ?? min);
  });
  return { ...(max === undefined ? {} : { max }), ...(min === Number.NEGATIVE_INFINITY ? {} : { min }) };
}

/**
 * The promised latency of a pair at a coverage, in microseconds: the smallest declared max, or, where latency was
 * measured, the larger of it and the smallest measured one. Undefined: no promise (calculus §5).
 */
export function promisedLatencyUs(
  declared: readonly Guarantee[],
  measured: readonly Guarantee[],
  coveragePpm: number,
): number | undefined {
  const said = smallestMax(declared, "latency", coveragePpm);
  if (said === undefined || !measured.some((guarantee) => guarantee.property === "latency")) return said;
  const seen = smallestMax(measured, "latency", coveragePpm);
  return seen === undefined ? undefined : Math.max(said, seen);
}

/** The smallest max among those of the property at the coverage or above. */
function smallestMax(guarantees: readonly Guarantee[], property: string, coveragePpm: number): number | undefined {
  let smallest: number | undefined;
  // Lists of contracts are frozen: of those `forEach` is faster than an iterator.
  guarantees.forEach((guarantee) => {
    if (guarantee.property !== property || guarantee.coveragePpm < coveragePpm) return;
    const max = upperEnd(guarantee.bound);
    if (max !== undefined && (smallest === undefined || max < smallest)) smallest = max;
  });
  return smallest;
}

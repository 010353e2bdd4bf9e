import type { Guarantee } from "../guarantee.ts";
import { boundInterval, isWithin } from "./interval.ts";

/** The offered guarantee meets the demanded one: same property, κ_C ≥ κ_Q, I_C ⊆ I_Q (calculus §2). */
export function refinesGuarantee(offered: Guarantee, required: Guarantee): boolean {
  return (
    offered.property === required.property &&
    offered.coveragePpm >= required.coveragePpm &&
    isWithin(boundInterval(offered.bound), boundInterval(required.bound))
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
  if (!declared.some((guarantee) => refinesGuarantee(guarantee, required))) return false;
  const ofProperty = measured.filter((guarantee) => guarantee.property === required.property);
  return ofProperty.length === 0 || ofProperty.some((guarantee) => refinesGuarantee(guarantee, required));
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
  let max: number | undefined;
  let min: number | undefined;
  for (const guarantee of guarantees) {
    if (guarantee.property !== property || guarantee.coveragePpm < coveragePpm) continue;
    const bound = boundInterval(guarantee.bound);
    if (bound.max !== undefined && (max === undefined || bound.max < max)) max = bound.max;
    if (bound.min !== undefined && (min === undefined || bound.min > min)) min = bound.min;
  }
  return { ...(max === undefined ? {} : { max }), ...(min === undefined ? {} : { min }) };
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
  const said = promised(declared, "latency", coveragePpm).max;
  if (said === undefined || !measured.some((guarantee) => guarantee.property === "latency")) return said;
  const seen = promised(measured, "latency", coveragePpm).max;
  return seen === undefined ? undefined : Math.max(said, seen);
}

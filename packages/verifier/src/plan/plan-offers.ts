import { worstCost } from "../calculus/limits.ts";
import { least, type Pair, type Scene } from "../calculus/scene.ts";
import type { Guarantee } from "../shape/wire-shapes.ts";

const ONE = 1_000_000;

/** What an admitted pair brings to a plan beside its score (calculus §7). Each throws Withheld on its own. */
export function offerOf(scene: Scene, pair: Pair): Readonly<Record<"costMicros" | "bounds" | "availabilityMicros" | "accuracyMicros", () => unknown>> {
  return {
    costMicros: () => {
      const cost = worstCost(scene, pair);
      return typeof cost === "number" ? cost : null;
    },
    bounds: () => {
      const { deadline } = scene.limits();
      const bounds = inTime(pair, deadline);
      return deadline === null || bounds.some(({ coveragePpm }) => coveragePpm === ONE) ? bounds : [...bounds, { boundUs: deadline, coveragePpm: ONE }];
    },
    availabilityMicros: () => {
      const { deadline } = scene.limits();
      const available = ratioOf("availability", pair);
      if (deadline === null) return available;
      return Math.max(0, available + Math.max(0, ...inTime(pair, deadline).map(({ coveragePpm }) => coveragePpm)) - ONE);
    },
    accuracyMicros: () => least(...pair.guarantees.filter(({ property }) => property === "accuracy" || property.endsWith("_accuracy")).map(({ property }) => ratioOf(property, pair))) ?? 0,
  };
}

interface PromisedBound {
  readonly boundUs: number;
  readonly coveragePpm: number;
}

/** The promised latency at each coverage that is named, those that an enforced deadline leaves time for. */
function inTime({ guarantees, leaf }: Pair, deadline: number | null): readonly PromisedBound[] {
  const declared = guarantees.filter(({ property }) => property === "latency");
  const measured = (leaf?.promises ?? []).filter(({ property }) => property === "latency");
  const coverages = [...new Set([...declared, ...measured].map(({ coverage_ppm }) => coverage_ppm))].sort((a, b) => a - b);
  return coverages.flatMap((coveragePpm) => {
    const smallest = (promises: readonly Guarantee[]): number | null => least(...promises.filter(({ coverage_ppm }) => coverage_ppm >= coveragePpm).map(({ bound }) => bound.max_us));
    const [said, seen] = [smallest(declared), smallest(measured)];
    if (said === null || (measured.length > 0 && seen === null)) return [];
    const boundUs = Math.max(said, seen ?? said);
    return deadline !== null && boundUs > deadline ? [] : [{ boundUs, coveragePpm }];
  });
}

/** Declared at full coverage, and no more than what was measured. */
function ratioOf(property: string, { guarantees, leaf }: Pair): number {
  const largest = (promises: readonly Guarantee[]): number =>
    Math.max(0, ...promises.filter((each) => each.property === property && each.coverage_ppm === ONE).map(({ bound }) => Math.min(ONE, bound.min_micros ?? 0)));
  const measured = leaf?.promises ?? [];
  return measured.some((each) => each.property === property) ? Math.min(largest(guarantees), largest(measured)) : largest(guarantees);
}

import type { Guarantee } from "@caio/contracts";

import type { Pair } from "./pair.ts";

/**
 * The latency that a pair promises at a coverage: the smallest declared bound, or a measured one if that is larger; undefined
 * if either has none there (calculus §5). Microseconds.
 */
export function promisedLatency(pair: Pair, coveragePpm: number): number | undefined {
  const declared = smallestBound(pair.effective.guarantees, coveragePpm);
  const measured = pair.leaf?.promises.filter(({ property }) => property === "latency") ?? [];
  if (measured.length === 0 || declared === undefined) return declared;
  const observed = smallestBound(measured, coveragePpm);
  return observed === undefined ? undefined : Math.max(declared, observed);
}

function smallestBound(guarantees: readonly Guarantee[], coveragePpm: number): number | undefined {
  let smallest: number | undefined;
  for (const { property, coveragePpm: offered, bound } of guarantees) {
    if (property !== "latency" || offered < coveragePpm || !("maxUs" in bound)) continue;
    smallest = smallest === undefined ? bound.maxUs : Math.min(smallest, bound.maxUs);
  }
  return smallest;
}

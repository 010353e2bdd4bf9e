import type { DetectedLabel } from "@caio/contracts";

/** declared ∪ detected, sorted by UTF-16 code units without repeats (calculus §3, §4). */
export function unionLabels(declared: readonly string[], detected: readonly DetectedLabel[]): readonly string[] {
  return [...new Set([...declared, ...detected.map(({ label }) => label)])].sort();
}

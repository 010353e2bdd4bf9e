/** A row of the algebra's table that is composed with numbers (calculus §7). */
export type Row = "latency" | "availability" | "accuracy" | "undetected_error" | "detected_error" | "throughput";

/** Tells the row that a property is composed by; undefined: it is not composed, so the plan does not promise it. */
export type RowOf = (property: string) => Row | undefined;

const EXACT: ReadonlyMap<string, Row> = new Map([
  ["latency", "latency"],
  ["availability", "availability"],
  ["accuracy", "accuracy"],
  ["undetected_error_rate", "undetected_error"],
  ["detected_error_rate", "detected_error"],
  ["throughput", "throughput"],
]);

/** By name: `latency`, `availability`, `…accuracy`, `undetected_error_rate`, `detected_error_rate`, `throughput`, `…_per_second`. */
export function rowOf(property: string): Row | undefined {
  const exact = EXACT.get(property);
  if (exact !== undefined) return exact;
  if (property.endsWith("_accuracy")) return "accuracy";
  if (property.endsWith("_per_second")) return "throughput";
  return undefined;
}

import { propertyNamed, type AlgebraRow } from "@caio/contracts";

/** Tells the row that a property is composed by (calculus §7); undefined: it is not composed, so the plan does not promise it. */
export type RowOf = (property: string) => AlgebraRow | undefined;

/**
 * The row of a property in the common catalogue. Of the durations only `latency` is composed: another one, such as the time
 * to the first token, does not bound when a step is done.
 */
export function rowOf(property: string): AlgebraRow | undefined {
  const row = propertyNamed(property)?.row;
  return row === "latency" && property !== "latency" ? undefined : row;
}

import { propertyCatalogue, propertyNamed, type AlgebraRow, type PropertyDefinition } from "@caio/contracts";

/** Tells the row that a property is composed by (calculus §7); undefined: it is not composed, so the plan does not promise it. */
export type RowOf = (property: string) => AlgebraRow | undefined;

/**
 * The row of a property in the catalogue; undefined for one that has an algebra of its own, which composes beside the rows. Of the durations only `latency` is composed: another one, such as the time
 * to the first token, does not bound when a step is done.
 */
export function rowOf(property: string, catalogue: readonly PropertyDefinition[] = propertyCatalogue): AlgebraRow | undefined {
  const row = propertyNamed(property, catalogue)?.row;
  if (typeof row !== "string") return undefined;
  return row === "latency" && property !== "latency" ? undefined : row;
}

import { canonical, wire } from "../../reference/objects.ts";

/** Sets of objects in normalised form: by the canonical JSON of their wire form, each once. */
export function inCanonicalOrder<Value>(values: readonly Value[]): Value[] {
  if (values.length < 2) return [...values];
  const byText = new Map(values.map((value) => [canonical(wire(value)), value]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

import { canonical, wire } from "../../reference/objects.ts";

/** Sets of objects in normalised form: by the canonical JSON of their wire form. */
export function inCanonicalOrder<Value>(values: readonly Value[]): Value[] {
  if (values.length < 2) return [...values];
  return values
    .map((value) => ({ value, text: canonical(wire(value)) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ value }) => value);
}

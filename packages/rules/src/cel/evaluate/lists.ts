import type { Evaluate } from "./evaluate.ts";
import { CelFault } from "./fault.ts";
import { isInt, isList, type Value } from "./value.ts";

/** The items from left to right, or the first error among them. */
export function listOf(items: readonly Evaluate[]): Evaluate {
  return (frame) => {
    const values: Value[] = [];
    for (const item of items) {
      const value = item(frame);
      if (value instanceof CelFault) return value;
      values.push(value);
    }
    return values;
  };
}

export function itemAt(list: Evaluate, place: Evaluate): Evaluate {
  return (frame) => {
    const items = list(frame);
    if (items instanceof CelFault) return items;
    const at = place(frame);
    if (typeof at === "number" && isList(items)) {
      const item = items[at];
      if (item !== undefined) return item;
    }
    return at instanceof CelFault ? at : memberAt(items, at);
  };
}

/** The place is not named: it may come from the data of a request, also where that has the shape of the schema (`labels[size.bytes]`). */
const notFound = new CelFault("field not found");
const outOfBounds = new CelFault("index out of bounds");

/** A place outside of the list, or what only data of another shape than the schema's brings: maps, and places that are no int. */
function memberAt(items: Value, at: Value): Value {
  if (isInt(at)) return outOfBounds;
  if (typeof at === "string") return (items instanceof Map ? (items as ReadonlyMap<string, Value>).get(at) : undefined) ?? notFound;
  if (typeof at === "boolean") return (isList(items) ? items[Number(at)] : undefined) ?? notFound;
  return new CelFault("unsupported key type");
}

import { celError, celList, celMap, type CelInput, type CelMap } from "@bufbuild/cel";
import type { JsonObject, JsonValue } from "@caio/core";

const converted = new WeakMap<JsonObject, CelMap>();

/**
 * Plain JSON as CEL sees it: integers become CEL ints exactly, null is absent. A number that is no safe integer becomes
 * a value that makes every reading of it an error. The result is kept per object, which must not change afterwards.
 */
export function celValues(values: JsonObject): CelMap {
  const known = converted.get(values);
  if (known !== undefined) return known;
  const map = celMap(new Map(entriesOf(values)));
  converted.set(values, map);
  return map;
}

function entriesOf(values: JsonObject): readonly (readonly [string, CelInput])[] {
  return Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, convert(value)] as const]));
}

function convert(value: Exclude<JsonValue, null>): CelInput {
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? BigInt(value) : unreadable(`${String(value)} is no safe integer`);
  }
  if (typeof value !== "object") return value;
  if (isList(value)) return celList(value.map((item) => (item === null ? unreadable("null in a list") : convert(item))));
  return celMap(new Map(entriesOf(value)));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** An error among the data: the evaluator turns any reading of it into an error. */
function unreadable(message: string): CelInput {
  const error: unknown = celError(message);
  return error as CelInput;
}

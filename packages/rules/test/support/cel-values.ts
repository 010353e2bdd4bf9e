import { celList, celMap, type CelInput, type CelMap } from "@bufbuild/cel";
import type { JsonObject, JsonValue } from "@caio/core";

const converted = new WeakMap<JsonObject, CelMap>();

/**
 * Plain JSON as CEL sees it: integers become CEL ints exactly, null is absent. The result is kept per object, which must
 * not change afterwards. Numbers that are no safe integers are refused before anything reads them (`unreadableAt`).
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

function convert(value: JsonValue): CelInput {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : String(value);
  if (typeof value !== "object" || value === null) return value;
  return isList(value) ? celList(value.map(convert)) : celMap(new Map(entriesOf(value)));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

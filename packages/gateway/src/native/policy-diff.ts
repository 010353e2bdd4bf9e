import type { JsonObject, JsonValue } from "@caio/core";

/** One place where two documents differ; null where one of them has nothing. */
export interface Difference {
  readonly path: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/** Where two JSON documents differ, by path, leaves only. Lists are compared whole. */
export function differences(before: JsonValue, after: JsonValue, path = ""): readonly Difference[] {
  if (!isObject(before) || !isObject(after)) return same(before, after) ? [] : [{ path: path === "" ? "/" : path, before, after }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => differences(before[key] ?? null, after[key] ?? null, `${path}/${key}`));
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function same(a: JsonValue, b: JsonValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

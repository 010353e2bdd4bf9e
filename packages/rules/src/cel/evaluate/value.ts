import type { JsonValue } from "@caio/core";

import { CelFault } from "./fault.ts";

/**
 * What conditions compute with. An int is a number where it is a safe integer and a bigint elsewhere, never both, so equal
 * ints are `===`. Maps and null come from data of another shape than the schema's alone.
 */
export type Value = boolean | string | number | bigint | null | CelFault | readonly Value[] | ReadonlyMap<string, Value>;

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);

/** An int of 64 bits. @param during - what computed it, as messages name it */
export function int64(value: bigint, during: string): Value {
  if (value > MAX_INT || value < MIN_INT) return new CelFault(`int overflow during ${during}`);
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

export function isInt(value: Value): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Equality of CEL between values that are no errors: values of two types differ. */
export function equals(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (isList(left)) return isList(right) && left.length === right.length && left.every((item, at) => equals(item, right[at] ?? null));
  if (!(left instanceof Map) || !(right instanceof Map) || left.size !== right.size) return false;
  for (const [key, item] of left as ReadonlyMap<string, Value>) {
    const other = (right as ReadonlyMap<string, Value>).get(key);
    if (other === undefined || !equals(item, other)) return false;
  }
  return true;
}

/** True if some item equals the value. */
export function holds(list: readonly Value[], value: Value): boolean {
  return typeof value === "object" ? list.some((item) => equals(item, value)) : list.includes(value);
}

/** As messages name the type of an argument. */
export function typeName(value: Value): string {
  if (isInt(value)) return "int";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  if (value === null) return "null_type";
  return isList(value) ? "list" : "map";
}

/** As messages name the type of what was no bool, or of what stands before the dot. */
export function fullTypeName(value: Value): string {
  const name = typeName(value);
  if (name === "list") return "list(dyn)";
  return name === "map" ? "map(dyn, dyn)" : name;
}

/** A part of the data where the schema has a scalar or a list. Null is absent in objects; what is no safe integer is its text. */
export function valueOf(json: JsonValue): Value {
  if (typeof json === "number") return Number.isSafeInteger(json) ? json : String(json);
  if (typeof json !== "object" || json === null) return json;
  if (isJsonList(json)) return json.map(valueOf);
  return new Map(Object.entries(json).flatMap(([key, member]) => (member === null ? [] : [[key, valueOf(member)] as const])));
}

function isJsonList(json: JsonValue): json is readonly JsonValue[] {
  return Array.isArray(json);
}

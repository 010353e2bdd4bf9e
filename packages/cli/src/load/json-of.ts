import { DecimalText, type DocumentValue } from "@caio/contracts";
import type { JsonValue } from "@caio/core";

/** A document as plain JSON, its numbers as doubles. */
export function jsonOf(value: DocumentValue): JsonValue {
  if (value instanceof DecimalText) return value.toNumber();
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(jsonOf);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, jsonOf(member)]));
}

function isList(value: DocumentValue): value is readonly DocumentValue[] {
  return Array.isArray(value);
}

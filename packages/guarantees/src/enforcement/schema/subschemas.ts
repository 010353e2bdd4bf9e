import type { JsonObject, JsonValue } from "@caio/core";

const SINGLE = new Set([
  "additionalItems",
  "additionalProperties",
  "contains",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const LISTS = new Set(["allOf", "anyOf", "items", "oneOf", "prefixItems"]);
const MAPS = new Set(["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"]);

/** Replaces a subschema, given its JSON pointer. */
export type Replace = (subschema: JsonValue, pointer: string) => JsonValue;

/**
 * The schema with every direct subschema replaced (JSON Schema 2020-12 and draft-07). Values that are data (`const`,
 * `enum`, `default`, unknown keywords) stay as they are.
 */
export function subschemasOf(schema: JsonObject, pointer: string, replace: Replace): JsonObject {
  return mapMembers(schema, (keyword, value) => {
    const at = `${pointer}/${keyword}`;
    if (Array.isArray(value)) {
      const items: readonly JsonValue[] = value;
      return LISTS.has(keyword) ? items.map((item, index) => replace(item, `${at}/${String(index)}`)) : items;
    }
    if (SINGLE.has(keyword)) return replace(value, at);
    if (!MAPS.has(keyword) || !isObject(value)) return value;
    return mapMembers(value, (name, item) =>
      // A draft-07 dependency may be a list of names.
      Array.isArray(item) ? item : replace(item, `${at}/${escapeName(name)}`),
    );
  });
}

function mapMembers(object: JsonObject, change: (key: string, value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(key, value)]));
}

/** RFC 6901 §3. */
function escapeName(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

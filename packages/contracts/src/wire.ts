import type { JsonObject, JsonValue } from "@caio/core";

/** Under these keys the names are the author's own and are kept as they are. */
const OPAQUE_KEYS = new Set(["parameters", "rates", "allowedLabels", "inputSchema", "outputSchema", "payload"]);

/**
 * The snake_case JSON of a value whose TypeScript names are camelCase: `maxUs` ↔ `max_us`. This form is hashed, kept,
 * proved and seen by rules. Absent (undefined) members are dropped.
 *
 * @example
 * ```ts
 * import { toWire } from "@caio/contracts";
 *
 * toWire({ dataLocality: "local", latencyP95Us: 3 }); // { data_locality: "local", latency_p95_us: 3 }
 * ```
 */
export function toWire(value: unknown): JsonValue {
  return convert(value, snakeCase);
}

/** `toWire` for what is known to be an object. */
export function toWireObject(value: object): JsonObject {
  return convert(value, snakeCase) as JsonObject;
}

/** The reverse of `toWire`. The result is not yet checked: parse it with a schema. */
export function fromWire(value: JsonValue): JsonValue {
  return convert(value, camelCase);
}

/** `dataLocality` → `data_locality`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `data_locality` → `dataLocality`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function convert(value: unknown, rename: (name: string) => string): JsonValue {
  if (Array.isArray(value)) return value.map((item: unknown) => convert(item, rename));
  if (typeof value !== "object" || value === null) return value as JsonValue;
  const result: Record<string, JsonValue> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const opaque = OPAQUE_KEYS.has(camelCase(key));
    const converted = opaque ? convertParameters(key, member, rename) : convert(member, rename);
    Object.defineProperty(result, rename(key), { value: converted, enumerable: true, writable: true, configurable: true });
  }
  return result;
}

/** Names of parameters are kept, but an interval inside one is ours (`minMicros`). Everything else is kept whole. */
function convertParameters(key: string, member: unknown, rename: (name: string) => string): JsonValue {
  if (key !== "parameters" || typeof member !== "object" || member === null || Array.isArray(member)) {
    return member as JsonValue;
  }
  const result: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(member)) {
    Object.defineProperty(result, name, { value: convert(value, rename), enumerable: true, writable: true, configurable: true });
  }
  return result;
}

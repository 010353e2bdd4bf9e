import type { JsonObject, JsonValue } from "@caio/core";

/** Under these keys the names are the author's own and are kept as they are. */
const OPAQUE_KEYS = new Set(["parameters", "rates", "allowedLabels", "inputSchema", "outputSchema", "payload"]);
/** Names are few, unless a stranger makes them up. */
const MAX_NAMES = 4096;
const MAX_NAME_LENGTH = 64;

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
  return convert(value, snake);
}

/** `toWire` for what is known to be an object. */
export function toWireObject(value: object): JsonObject {
  return convert(value, snake) as JsonObject;
}

/** The reverse of `toWire`. The result is not yet checked: parse it with a schema. */
export function fromWire(value: JsonValue): JsonValue {
  return convert(value, camel);
}

const wireForms = new WeakMap<object, JsonValue>();

/** `toWire` for a value that will never change again: it is converted once. */
export function rememberedWire(value: unknown): JsonValue {
  if (typeof value !== "object" || value === null) return toWire(value);
  const known = wireForms.get(value);
  if (known !== undefined) return known;
  const made = toWire(value);
  wireForms.set(value, made);
  return made;
}

/** `dataLocality` → `data_locality`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `data_locality` → `dataLocality`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** A key of the other form, and whether what stands under it is the author's own. */
interface Renamed {
  readonly name: string;
  readonly opaque: boolean;
}

/** One direction, with the names that it has met. */
interface Renaming {
  readonly rename: (name: string) => string;
  readonly met: Map<string, Renamed>;
}

const snake: Renaming = { rename: snakeCase, met: new Map() };
const camel: Renaming = { rename: camelCase, met: new Map() };

function renamed(key: string, { rename, met }: Renaming): Renamed {
  const known = met.get(key);
  if (known !== undefined) return known;
  const made = { name: rename(key), opaque: OPAQUE_KEYS.has(camelCase(key)) };
  if (met.size < MAX_NAMES && key.length <= MAX_NAME_LENGTH) met.set(key, made);
  return made;
}

function convert(value: unknown, renaming: Renaming): JsonValue {
  if (Array.isArray(value)) return value.map((item: unknown) => convert(item, renaming));
  if (typeof value !== "object" || value === null) return value as JsonValue;
  const source = value as Readonly<Record<string, unknown>>;
  const result: Record<string, JsonValue> = {};
  for (const key of Object.keys(source)) {
    const member = source[key];
    if (member === undefined) continue;
    const { name, opaque } = renamed(key, renaming);
    put(result, name, opaque ? convertParameters(key, member, renaming) : convert(member, renaming));
  }
  return result;
}

/** Names of parameters are kept, but an interval inside one is ours (`minMicros`). Everything else is kept whole. */
function convertParameters(key: string, member: unknown, renaming: Renaming): JsonValue {
  if (key !== "parameters" || typeof member !== "object" || member === null || Array.isArray(member)) {
    return member as JsonValue;
  }
  const result: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(member)) put(result, name, convert(value, renaming));
  return result;
}

/** A member of any name: to assign one called `__proto__` would set the prototype. */
function put(object: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name === "__proto__") Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
  else object[name] = value;
}

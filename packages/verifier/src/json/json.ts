/** What I-JSON text holds. Numbers of a bundle are integers within ±(2⁵³ − 1) (certificate.md). */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** True for an object, not for a list or null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The canonical text of a value (RFC 8785): keys by UTF-16 code units, no space, numbers as ECMAScript prints them.
 * @throws TypeError for what is no JSON.
 */
export function canonical(value: Json): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError("a number is not finite");
    return String(value === 0 ? 0 : value);
  }
  if (value === null || typeof value === "boolean") return String(value);
  if (isList(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) throw new TypeError("a value is no JSON");
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(",")}}`;
}

/** Equal as canonical JSON. */
export function same(a: Json, b: Json): boolean {
  return a === b || canonical(a) === canonical(b);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

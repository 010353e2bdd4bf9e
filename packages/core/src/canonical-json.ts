import { CaioError } from "./errors.ts";
import type { JsonValue } from "./json.ts";

/** Deeper values are refused, so that a hostile one cannot exhaust the stack. */
const MAX_DEPTH = 256;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/u;

/**
 * The canonical text of a JSON value (RFC 8785): keys sorted by UTF-16 code units, no white space,
 * numbers and strings as ECMAScript writes them.
 *
 * Stricter than `JSON.stringify`: what JSON cannot hold faithfully is an error, never silently changed.
 *
 * @throws CaioError `NotCanonical` for NaN, infinities, integers beyond 2^53 − 1, undefined, bigint, functions, symbols,
 * lone surrogates, sparse arrays, objects that are not plain, cycles and depth over 256.
 *
 * @example
 * ```ts
 * import { canonicalJson } from "@caio/core";
 *
 * canonicalJson({ b: 1, a: [true, null] }); // '{"a":[true,null],"b":1}'
 * ```
 */
export function canonicalJson(value: JsonValue): string {
  return write(value, [], 0);
}

function write(value: unknown, path: (string | number)[], depth: number): string {
  if (depth > MAX_DEPTH) throw refuse(path, "a value nested deeper than 256 levels", "a shallower value");
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === "number") return writeNumber(value, path);
  if (typeof value === "string") return writeString(value, path);
  if (Array.isArray(value)) return writeArray(value, path, depth);
  if (typeof value === "object") return writeObject(value, path, depth);
  throw refuse(path, typeof value, "a JSON value");
}

function writeNumber(value: number, path: (string | number)[]): string {
  if (!Number.isFinite(value)) throw refuse(path, String(value), "a finite number");
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw refuse(path, String(value), "an integer of at most 2^53 − 1 in size; send larger ones as text");
  }
  // -0 prints as 0, as RFC 8785 asks.
  return JSON.stringify(value);
}

function writeString(value: string, path: (string | number)[]): string {
  if (LONE_SURROGATE.test(value)) throw refuse(path, "a lone surrogate", "well-formed Unicode");
  return JSON.stringify(value);
}

function writeArray(value: readonly unknown[], path: (string | number)[], depth: number): string {
  const parts: string[] = [];
  for (let index = 0; index < value.length; index++) {
    path.push(index);
    parts.push(write(value[index], path, depth + 1));
    path.pop();
  }
  return `[${parts.join(",")}]`;
}

function writeObject(value: object, path: (string | number)[], depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refuse(path, "an object that is not plain", "a plain object");
  }
  const parts: string[] = [];
  for (const key of Object.keys(value).sort()) {
    path.push(key);
    const text = write((value as Record<string, unknown>)[key], path, depth + 1);
    parts.push(`${writeString(key, path)}:${text}`);
    path.pop();
  }
  return `{${parts.join(",")}}`;
}

function refuse(path: readonly (string | number)[], found: string, expected: string): CaioError<"NotCanonical"> {
  const place = path.length === 0 ? "the value" : path.join(".").slice(0, 200);
  return new CaioError("NotCanonical", `At ${place}: found ${found}, expected ${expected}.`, {
    details: { path: [...path].slice(0, 32), found, expected },
  });
}

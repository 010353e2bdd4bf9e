import { CaioError } from "./errors.ts";
import type { JsonValue } from "./json.ts";

/** Deeper values are refused, so that a hostile one cannot exhaust the stack. */
const MAX_DEPTH = 256;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Characters that need an escape or a second look. */
// eslint-disable-next-line no-control-regex -- control characters are what JSON escapes
const SPECIAL = /[\u0000-\u001f"\\\ud800-\udfff]/;
/** Up to this many keys are sorted by insertion. */
const FEW = 20;
/** From here on ECMAScript writes an integer with an exponent, so its text claims no digits that it does not have. */
const EXPONENT_FROM = 1e21;
const MAX_KEY_TEXTS = 1024;
const MAX_KEY_LENGTH = 64;
const keyTexts = new Map<string, string>();
/** Values that are remembered are looked for down to this depth: below, to look costs more than to write. */
const REMEMBERED_DEPTH = 4;
const remembered = new WeakMap<object, string>();

/**
 * The canonical text of a JSON value (RFC 8785): keys sorted by UTF-16 code units, no white space,
 * numbers and strings as ECMAScript writes them.
 *
 * Stricter than `JSON.stringify`: what JSON cannot hold faithfully is an error, never silently changed. Integers that are
 * not safe are refused where their text would be plain digits (2^53 … 10^21); larger numbers have an exponent and pass.
 *
 * @throws CaioError `NotCanonical` for NaN, infinities, unsafe integers, undefined, bigint, functions, symbols (as keys
 * too), lone surrogates, sparse arrays, objects that are not plain, cycles and depth over 256. `details.path` says where.
 *
 * @example
 * ```ts
 * import { canonicalJson } from "@caio/core";
 *
 * canonicalJson({ b: 1, a: [true, null] }); // '{"a":[true,null],"b":1}'
 * ```
 */
export function canonicalJson(value: JsonValue | object): string {
  try {
    return write(value, 0);
  } catch (error) {
    throw error instanceof Fault ? error.toCaioError() : error;
  }
}

/**
 * The same text for a value that will never change again: it is written once, and whatever holds the value near its top is
 * written with that text. A value that does change afterwards keeps its old text: give only what is immutable.
 *
 * @throws CaioError `NotCanonical`
 *
 * @example
 * ```ts
 * import { canonicalJson, rememberedJson } from "@caio/core";
 *
 * const shared = { b: 1, a: 2 };
 * rememberedJson(shared); // '{"a":2,"b":1}'
 * canonicalJson({ first: shared, second: shared }); // the text above, twice, without sorting again
 * ```
 */
export function rememberedJson(value: JsonValue | object): string {
  if (typeof value !== "object" || value === null) return canonicalJson(value);
  const known = remembered.get(value);
  if (known !== undefined) return known;
  const text = canonicalJson(value);
  remembered.set(value, text);
  return text;
}

/** What was found wrong. The path grows while the call stack unwinds, so that writing a good value costs nothing for it. */
class Fault extends Error {
  readonly path: (string | number)[] = [];
  readonly found: string;
  readonly expected: string;

  constructor(found: string, expected: string) {
    super(found);
    this.found = found;
    this.expected = expected;
  }

  toCaioError(): CaioError<"NotCanonical"> {
    const path = this.path.reverse();
    const place = path.length === 0 ? "the value" : path.join(".").slice(0, 200);
    return new CaioError("NotCanonical", `At ${place}: found ${this.found}, expected ${this.expected}.`, {
      details: { path: path.slice(0, 32), found: this.found, expected: this.expected },
    });
  }
}

function write(value: unknown, depth: number): string {
  if (typeof value === "string") return writeString(value);
  if (typeof value === "number") return writeNumber(value);
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value !== "object") throw new Fault(typeof value, "a JSON value");
  const known = depth <= REMEMBERED_DEPTH ? remembered.get(value) : undefined;
  if (known !== undefined) return known;
  if (depth >= MAX_DEPTH) throw new Fault("a value nested deeper than 256 levels", "a shallower value");
  if (Array.isArray(value)) return writeArray(value, depth + 1);
  if (isPlain(value)) return writeObject(value, depth + 1);
  throw new Fault("an object that is not plain", "a plain object");
}

function writeNumber(value: number): string {
  if (!Number.isSafeInteger(value)) {
    if (!Number.isFinite(value)) throw new Fault(String(value), "a finite number");
    if (Number.isInteger(value) && Math.abs(value) < EXPONENT_FROM) {
      throw new Fault(String(value), "an integer of at most 2^53 − 1 in size; send larger ones as text");
    }
  }
  // -0 becomes "0", as RFC 8785 asks.
  return String(value);
}

function writeString(value: string): string {
  if (!SPECIAL.test(value)) return `"${value}"`;
  if (LONE_SURROGATE.test(value)) throw new Fault("a lone surrogate", "well-formed Unicode");
  return JSON.stringify(value);
}

/** A key with its colon. The same few keys come again and again, so their text is remembered, up to a limit. */
function writeKey(key: string): string {
  const known = keyTexts.get(key);
  if (known !== undefined) return known;
  const text = `${writeString(key)}:`;
  if (keyTexts.size < MAX_KEY_TEXTS && key.length <= MAX_KEY_LENGTH) keyTexts.set(key, text);
  return text;
}

function writeArray(value: readonly unknown[], depth: number): string {
  let text = "[";
  let index = 0;
  try {
    for (; index < value.length; index++) {
      if (index > 0) text += ",";
      text += write(value[index], depth);
    }
  } catch (error) {
    if (error instanceof Fault) error.path.push(index);
    throw error;
  }
  return `${text}]`;
}

function writeObject(value: Readonly<Record<string, unknown>>, depth: number): string {
  if (Object.getOwnPropertySymbols(value).length > 0) throw new Fault("a symbol as key", "keys that are text");
  let text = "{";
  let current = "";
  try {
    for (const key of sortedKeys(value)) {
      current = key;
      text += `${text === "{" ? "" : ","}${writeKey(key)}${write(value[key], depth)}`;
    }
  } catch (error) {
    if (error instanceof Fault) error.path.push(current);
    throw error;
  }
  return `${text}}`;
}

/** By UTF-16 code units. Insertion is faster than `sort` for the few keys that most objects have, and for keys in order. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  if (keys.length > FEW) return inOrder(keys) ? keys : keys.sort();
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index] ?? "";
    let place = index;
    for (; place > 0; place--) {
      const before = keys[place - 1] ?? "";
      if (before <= key) break;
      keys[place] = before;
    }
    keys[place] = key;
  }
  return keys;
}

function inOrder(keys: readonly string[]): boolean {
  for (let index = 1; index < keys.length; index++) if ((keys[index - 1] ?? "") > (keys[index] ?? "")) return false;
  return true;
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

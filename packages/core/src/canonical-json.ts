import { SharedText, type CanonicalPart } from "./canonical-parts.ts";
import { CaioError } from "./errors.ts";
import type { JsonValue } from "./json.ts";
import { KeyShapes, type KeyShape } from "./key-shapes.ts";

/** Deeper values are refused, so that a hostile one cannot exhaust the stack. */
const MAX_DEPTH = 256;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Characters that need an escape or a second look. */
// eslint-disable-next-line no-control-regex -- control characters are what JSON escapes
const SPECIAL = /[\u0000-\u001f"\\\ud800-\udfff]/;
/** From here on ECMAScript writes an integer with an exponent, so its text claims no digits that it does not have. */
const EXPONENT_FROM = 1e21;
/** Values that are remembered are looked for down to this depth: below, to look costs more than to write. */
const REMEMBERED_DEPTH = 4;
const remembered = new WeakMap<object, SharedText>();
const shapes = new KeyShapes();

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
  if (known !== undefined) return known.text;
  const text = canonicalJson(value);
  remembered.set(value, new SharedText(text));
  return text;
}

/**
 * Canonical texts of values that the caller has written himself, by the value. They are taken at their word: whoever writes one by hand
 * holds it to `canonicalJson` in a test.
 */
export type KnownTexts = ReadonlyMap<object, string>;

const NONE_KNOWN: KnownTexts = new Map();
/** A shorter text is not worth a part of its own. */
const LEAST_SHARED = 512;

/** What was written, and the texts that need not be. */
interface Writing {
  readonly parts: CanonicalPart[];
  /** What follows the last part. */
  text: string;
  readonly known: KnownTexts;
}

/**
 * The canonical text in parts: longer texts of remembered values stand for themselves, as the same object each time, and all between them is
 * joined. So what many values have in common is neither written nor encoded nor kept again.
 *
 * @throws CaioError `NotCanonical`
 *
 * @example
 * ```ts
 * import { canonicalParts, partsText, rememberedJson } from "@caio/core";
 *
 * const shared = Array.from({ length: 1000 }, (_, index) => index);
 * rememberedJson(shared);
 * const parts = canonicalParts({ b: shared, a: 1 }); // ['{"a":1,"b":', the text of the list, '}']
 * partsText(parts); // as canonicalJson writes it
 * ```
 */
export function canonicalParts(value: JsonValue | object, known: KnownTexts = NONE_KNOWN): readonly CanonicalPart[] {
  const writing: Writing = { parts: [], text: "", known };
  try {
    writeParts(value, 0, writing);
  } catch (error) {
    throw error instanceof Fault ? error.toCaioError() : error;
  }
  if (writing.text !== "") writing.parts.push(writing.text);
  return writing.parts;
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
  if (known !== undefined) return known.text;
  if (depth >= MAX_DEPTH) throw tooDeep();
  if (Array.isArray(value)) return writeArray(value, depth + 1);
  if (isPlain(value)) return writeObject(value, depth + 1);
  throw notPlain();
}

/** As `write`, down to where remembered values are looked for. */
function writeParts(value: unknown, depth: number, writing: Writing): void {
  if (typeof value !== "object" || value === null || depth > REMEMBERED_DEPTH) {
    writing.text += write(value, depth);
    return;
  }
  const kept = remembered.get(value);
  const text = kept?.text ?? writing.known.get(value);
  if (kept !== undefined && kept.text.length >= LEAST_SHARED) {
    if (writing.text !== "") writing.parts.push(writing.text);
    writing.parts.push(kept);
    writing.text = "";
  } else if (text !== undefined) writing.text += text;
  else if (Array.isArray(value)) writeArrayParts(value, depth + 1, writing);
  else if (isPlain(value)) writeObjectParts(value, depth + 1, writing);
  else throw notPlain();
}

function writeArrayParts(value: readonly unknown[], depth: number, writing: Writing): void {
  let index = 0;
  try {
    writing.text += "[";
    for (; index < value.length; index++) {
      if (index > 0) writing.text += ",";
      writeParts(value[index], depth, writing);
    }
    writing.text += "]";
  } catch (error) {
    if (error instanceof Fault) error.path.push(index);
    throw error;
  }
}

function writeObjectParts(value: Readonly<Record<string, unknown>>, depth: number, writing: Writing): void {
  requireNoSymbols(value);
  const { sorted, texts } = shapeOf(Object.keys(value));
  let index = 0;
  try {
    writing.text += "{";
    for (; index < sorted.length; index++) {
      writing.text += texts[index] ?? "";
      writeParts(value[sorted[index] ?? ""], depth, writing);
    }
    writing.text += "}";
  } catch (error) {
    if (error instanceof Fault) error.path.push(sorted[index] ?? "");
    throw error;
  }
}

function notPlain(): Fault {
  return new Fault("an object that is not plain", "a plain object");
}

function tooDeep(): Fault {
  return new Fault("a value nested deeper than 256 levels", "a shallower value");
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
  requireNoSymbols(value);
  const { sorted, texts } = shapeOf(Object.keys(value));
  let text = "{";
  let index = 0;
  try {
    for (; index < sorted.length; index++) text += (texts[index] ?? "") + write(value[sorted[index] ?? ""], depth);
  } catch (error) {
    if (error instanceof Fault) error.path.push(sorted[index] ?? "");
    throw error;
  }
  return `${text}}`;
}

/** @throws Fault where a key is no text that JSON can hold */
function shapeOf(keys: readonly string[]): KeyShape {
  const known = shapes.find(keys);
  if (known !== undefined) return known;
  const sorted = [...keys].sort();
  return shapes.remember(keys, sorted, sorted.map((key, index) => `${index === 0 ? "" : ","}${keyText(key)}:`));
}

function keyText(key: string): string {
  try {
    return writeString(key);
  } catch (error) {
    if (error instanceof Fault) error.path.push(key);
    throw error;
  }
}

/** What is not enumerable is no part of a value, whatever its key. */
function requireNoSymbols(value: object): void {
  for (const symbol of Object.getOwnPropertySymbols(value)) {
    if (Object.prototype.propertyIsEnumerable.call(value, symbol)) throw new Fault("a symbol as key", "keys that are text");
  }
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

import { ByteSink } from "./byte-sink.ts";
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
/** The text of a value that never changes, and its bytes once they were asked for. */
interface Remembered {
  readonly text: string;
  bytes: Uint8Array | undefined;
}
const remembered = new WeakMap<object, Remembered>();
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
  remembered.set(value, { text, bytes: undefined });
  return text;
}

/**
 * Canonical texts of values that the caller has written himself, by the value. They are taken at their word: whoever writes one by hand
 * holds it to `canonicalJson` in a test.
 */
export type KnownTexts = ReadonlyMap<object, string>;

const NONE_KNOWN: KnownTexts = new Map();

/** Where bytes go, and the texts that need not be written. */
interface Writing {
  readonly sink: ByteSink;
  readonly known: KnownTexts;
}

/**
 * The canonical text as UTF-8, given to `use` alone: the memory is used again afterwards, so nothing of it may be kept. Of remembered
 * values the bytes are copied, and no text of the whole is ever made: of a long one that takes a third of the time.
 *
 * @throws CaioError `NotCanonical`
 *
 * @example
 * ```ts
 * import { sha256Hex, withCanonicalBytes } from "@caio/core";
 *
 * withCanonicalBytes({ b: 1, a: 2 }, (bytes) => sha256Hex(bytes)); // the digest of {"a":2,"b":1}
 * ```
 */
export function withCanonicalBytes<T>(value: JsonValue | object, use: (bytes: Uint8Array) => T, known: KnownTexts = NONE_KNOWN): T {
  const sink = new ByteSink();
  try {
    writeBytes(value, 0, { sink, known });
  } catch (error) {
    throw error instanceof Fault ? error.toCaioError() : error;
  }
  return use(sink.written());
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
function writeBytes(value: unknown, depth: number, writing: Writing): void {
  const { sink, known } = writing;
  if (typeof value !== "object" || value === null || depth > REMEMBERED_DEPTH) {
    sink.text(write(value, depth));
    return;
  }
  const kept = remembered.get(value);
  const text = known.get(value);
  if (kept !== undefined) sink.bytes((kept.bytes ??= Buffer.from(kept.text)));
  else if (text !== undefined) sink.text(text);
  else if (Array.isArray(value)) writeArrayBytes(value, depth + 1, writing);
  else if (isPlain(value)) writeObjectBytes(value, depth + 1, writing);
  else throw notPlain();
}

function writeArrayBytes(value: readonly unknown[], depth: number, writing: Writing): void {
  const { sink } = writing;
  let index = 0;
  try {
    sink.text("[");
    for (; index < value.length; index++) {
      if (index > 0) sink.text(",");
      writeBytes(value[index], depth, writing);
    }
    sink.text("]");
  } catch (error) {
    if (error instanceof Fault) error.path.push(index);
    throw error;
  }
}

function writeObjectBytes(value: Readonly<Record<string, unknown>>, depth: number, writing: Writing): void {
  requireNoSymbols(value);
  const { sink } = writing;
  const { sorted, texts } = shapeOf(Object.keys(value));
  let index = 0;
  try {
    sink.text("{");
    for (; index < sorted.length; index++) {
      sink.text(texts[index] ?? "");
      writeBytes(value[sorted[index] ?? ""], depth, writing);
    }
    sink.text("}");
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

function requireNoSymbols(value: object): void {
  if (Object.getOwnPropertySymbols(value).length > 0) throw new Fault("a symbol as key", "keys that are text");
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What I-JSON text holds. Numbers of a bundle are integers within ±(2⁵³ − 1) (certificate.md). */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Levels of nesting that a bundle may have. */
const MAX_DEPTH = 64;
/** Bytes or UTF-16 units of a bundle. */
export const MAX_SIZE = 32 * 1024 * 1024;
const texts = new WeakMap<object, string>();

/** True for an object, not for a list or null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/**
 * The canonical text of a value (RFC 8785): keys by UTF-16 code units, no space, numbers as ECMAScript prints them.
 * @throws TypeError for what is no JSON.
 */
export function canonical(value: unknown): string {
  const known = isObject(value) ? texts.get(value) : undefined;
  if (known !== undefined) return known;
  const text = inOrder(value) ? JSON.stringify(value) : written(value);
  if (isObject(value) && text.length > 400) texts.set(value, text);
  return text;
}

/** What the platform writes is canonical if all keys are in order, as they are in what was read from canonical text. */
function inOrder(value: unknown): boolean {
  if (typeof value === "string" || typeof value === "boolean" || value === null || Number.isFinite(value)) return true;
  if (isList(value)) return value.every(inOrder);
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.every((key, at) => (at === 0 || (keys[at - 1] ?? "") < key) && inOrder(value[key]));
}

function written(value: unknown): string {
  if (typeof value === "string" || typeof value === "boolean" || value === null || Number.isFinite(value)) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(written).join(",")}]`;
  if (!isObject(value)) throw new TypeError("a value is no JSON");
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${written(value[key])}`).join(",")}}`;
}

/** Equal as canonical JSON. */
export function same(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b);
}

/**
 * Strict I-JSON: refuses duplicate keys, fractions, exponents, −0, integers past 2⁵³ − 1, lone surrogates, more than
 * `MAX_DEPTH` levels and texts longer than `MAX_SIZE`.
 * @throws SyntaxError that says what was found.
 */
export function parseJson(text: string): Json {
  if (text.length > MAX_SIZE) throw new SyntaxError(`the JSON is longer than ${String(MAX_SIZE)} units`);
  const written = scanned(text);
  const value = JSON.parse(text) as Json;
  if (countKeys(value) !== written) throw new SyntaxError("the JSON has a key twice in one object");
  return value;
}

/** Looks at a text before any parser does; the number of keys that are written in it. */
function scanned(text: string): number {
  let [depth, keys] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      at = endOfText(text, at + 1);
    } else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > MAX_DEPTH) throw new SyntaxError(`the JSON has more than ${String(MAX_DEPTH)} levels at ${String(at)}`);
    } else if (unit === 0x5d || unit === 0x7d) depth--;
    else if (unit === 0x3a) keys++;
    else if (unit === 0x2e || (unit === 0x2d && text[at + 1] === "0") || ((unit | 0x20) === 0x65 && /[0-9]/.test(text[at - 1] ?? ""))) {
      throw new SyntaxError(`the JSON has a number that is no integer at ${String(at)}`);
    }
  }
  return keys;
}

function endOfText(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = end;
    while (text[slashes - 1] === "\\") slashes--;
    if ((end - slashes) % 2 === 0) return end;
  }
  return text.length;
}

function countKeys(value: Json): number {
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) throw new SyntaxError("the JSON has a lone surrogate");
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new SyntaxError("the JSON has an integer past 2^53 - 1");
  if (typeof value !== "object" || value === null) return 0;
  if (!isObject(value)) return value.reduce((sum: number, item) => sum + countKeys(item), 0);
  return Object.entries(value).reduce((sum, [key, member]) => sum + 1 + countKeys(key) + countKeys(member), 0);
}

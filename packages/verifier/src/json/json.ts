/** What I-JSON text holds. Numbers of a bundle are integers within ±(2⁵³ − 1) (certificate.md). */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Values of a bundle: what is read takes many times the room of its text. */
const MAX_VALUES = 1_000_000;
/** Levels of nesting that a bundle may have. */
const MAX_DEPTH = 64;
/** Bytes or UTF-16 units of a bundle. */
export const MAX_SIZE = 32 * 1024 * 1024;
/** Units from which on the text of a part is worth keeping. */
const LONG = 200;
/** Canonical texts of what `readJson` read; nobody else can change those values. */
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
  if (typeof value === "string" || typeof value === "boolean" || value === null || Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value !== "object") throw new TypeError("a value is no JSON");
  const known = texts.get(value);
  if (known !== undefined) return known;
  if (isList(value)) return `[${value.map(canonical).join(",")}]`;
  return `{${Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
}

/** Equal as JSON. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, at) => same(item, b[at]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

/**
 * Strict I-JSON: refuses duplicate keys, fractions, exponents, −0, integers past 2⁵³ − 1, lone surrogates, more than
 * 64 levels and texts longer than 32 MiB.
 * @throws SyntaxError that says what was found.
 */
export function parseJson(text: string): Json {
  return new Scanner(text, false).whole();
}

/** Reads like `parseJson`, says whether the text is canonical, and keeps the texts of large parts for `canonical`. @throws SyntaxError */
export function readJson(text: string): { readonly value: Json; readonly canonical: boolean } {
  const scanner = new Scanner(text, true);
  const value = scanner.whole();
  return { value, canonical: scanner.flaws === 0 };
}

class Scanner {
  /** How often the text is not as RFC 8785 writes it. */
  flaws = 0;
  readonly #text: string;
  readonly #keeps: boolean;
  #at = 0;
  #depth = 0;
  #values = 0;
  /** Where the next unit stands that makes a text more than its slice. */
  #special = -1;

  constructor(text: string, keeps: boolean) {
    if (text.length > MAX_SIZE) throw new SyntaxError(`the JSON is longer than ${String(MAX_SIZE)} units`);
    this.#text = text;
    this.#keeps = keeps;
  }

  whole(): Json {
    const value = this.#value(this.#next());
    this.#next();
    return this.#at === this.#text.length ? value : this.#fail("something after its end");
  }

  #fail(found: string): never {
    throw new SyntaxError(`the JSON has ${found} at ${String(this.#at)}`);
  }

  /** The unit after white space; NaN at the end. */
  #next(): number {
    let unit = this.#text.charCodeAt(this.#at);
    while (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09) {
      this.flaws++;
      unit = this.#text.charCodeAt(++this.#at);
    }
    return unit;
  }

  #value(unit: number): Json {
    if (++this.#values > MAX_VALUES) this.#fail(`more than ${String(MAX_VALUES)} values`);
    if (unit === 0x22) return this.#string();
    if (unit === 0x7b || unit === 0x5b) return this.#container(unit);
    if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) return this.#integer(unit === 0x2d);
    for (const [word, value] of [["true", true], ["false", false], ["null", null]] as const) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return this.#fail("no value");
  }

  #container(open: number): Json {
    const [from, flaws] = [this.#at++, this.flaws];
    if (++this.#depth > MAX_DEPTH) this.#fail(`more than ${String(MAX_DEPTH)} levels`);
    const value = open === 0x7b ? this.#object() : this.#list();
    this.#depth--;
    if (this.#keeps && this.flaws === flaws && this.#at - from > LONG) texts.set(value, this.#text.slice(from, this.#at));
    return value;
  }

  #list(): readonly Json[] {
    const items: Json[] = [];
    let unit = this.#next();
    if (unit === 0x5d) this.#at++;
    while (unit !== 0x5d) {
      items.push(this.#value(unit));
      unit = this.#mark(0x5d);
    }
    return items;
  }

  #object(): JsonObject {
    const members: Record<string, Json> = {};
    let unit = this.#next();
    if (unit === 0x7d) this.#at++;
    for (let last: string | undefined; unit !== 0x7d; unit = this.#mark(0x7d)) {
      if (unit !== 0x22) this.#fail("no key");
      const key = this.#string();
      if (last !== undefined && key <= last) {
        this.flaws++;
        if (Object.hasOwn(members, key)) this.#fail("a key twice in one object");
      }
      last = last === undefined || key > last ? key : last;
      if (this.#next() !== 0x3a) this.#fail("no colon");
      this.#at++;
      const value = this.#value(this.#next());
      if (key === "__proto__") Object.defineProperty(members, key, { value, enumerable: true, configurable: true, writable: true });
      else members[key] = value;
    }
    return members;
  }

  /** After an item: the closing mark, or the first unit after a comma. */
  #mark(close: number): number {
    const unit = this.#next();
    if (unit !== close && unit !== 0x2c) this.#fail("neither a comma nor an end");
    this.#at++;
    if (unit === close) return unit;
    const next = this.#next();
    return next === close ? this.#fail("a comma too many") : next;
  }

  #integer(negative: boolean): number {
    const from = this.#at;
    if (negative) this.#at++;
    let value = 0;
    let unit = this.#text.charCodeAt(this.#at);
    const first = unit;
    const start = this.#at;
    for (; unit >= 0x30 && unit <= 0x39; unit = this.#text.charCodeAt(++this.#at)) value = value * 10 + (unit - 0x30);
    const digits = this.#at - start;
    const odd = unit === 0x2e || unit === 0x65 || unit === 0x45 || digits === 0 || (first === 0x30 && (digits > 1 || negative));
    this.#at = odd ? from : this.#at;
    if (odd) this.#fail("a number that is no integer");
    return value > Number.MAX_SAFE_INTEGER ? this.#fail("an integer past 2^53 - 1") : negative ? -value : value;
  }

  /** A text is its slice of the source unless a backslash, a control character or a surrogate is in it. */
  #string(): string {
    const from = this.#at + 1;
    let end = this.#text.indexOf('"', from);
    if (this.#special < from) {
      SPECIAL.lastIndex = from;
      this.#special = SPECIAL.exec(this.#text)?.index ?? Infinity;
    }
    if (this.#special > end && end !== -1) {
      this.#at = end + 1;
      return this.#text.slice(from, end);
    }
    for (; end !== -1; end = this.#text.indexOf('"', end + 1)) {
      let slashes = end;
      while (this.#text[slashes - 1] === "\\") slashes--;
      if ((end - slashes) % 2 === 0) break;
    }
    if (end === -1) this.#fail("a text without an end");
    const source = this.#text.slice(from - 1, end + 1);
    const value = JSON.parse(source) as string;
    if (/\p{Surrogate}/u.test(value)) this.#fail("a lone surrogate");
    if (JSON.stringify(value) !== source) this.flaws++;
    this.#at = end + 1;
    return value;
  }
}

// eslint-disable-next-line no-control-regex -- JSON refuses them in texts
const SPECIAL = /[\\\u0000-\u001f\ud800-\udfff]/g;

import type { Json } from "./json.ts";

/** Levels of nesting that a bundle may have. */
export const MAX_DEPTH = 64;
/** Bytes or UTF-16 units that a bundle may have. */
export const MAX_SIZE = 32 * 1024 * 1024;

const LONE_SURROGATE = /\p{Surrogate}/u;
const NUMBER = /-?[0-9][0-9.eE+-]*/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES = new Map([['"', '"'], ["\\", "\\"], ["/", "/"], ["b", "\b"], ["f", "\f"], ["n", "\n"], ["r", "\r"], ["t", "\t"]]);

/**
 * Strict I-JSON: refuses duplicate keys, fractions, exponents, −0, integers past 2⁵³ − 1, lone surrogates, more than
 * `MAX_DEPTH` levels and texts longer than `MAX_SIZE`.
 * @throws SyntaxError that says what was found and where.
 */
export function parseJson(text: string): Json {
  if (text.length > MAX_SIZE) throw new SyntaxError(`the text is longer than ${String(MAX_SIZE)} units`);
  if (LONE_SURROGATE.test(text)) throw new SyntaxError("the text holds a lone surrogate");
  return new Reader(text).whole();
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Json {
    const value = this.#value(1);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#refuse("something after the value");
    return value;
  }

  #value(depth: number): Json {
    this.#skipSpace();
    const next = this.#text.charAt(this.#at);
    if (next === "{" || next === "[") {
      if (depth > MAX_DEPTH) this.#refuse(`more than ${String(MAX_DEPTH)} levels`);
      this.#at++;
      return next === "{" ? this.#object(depth) : this.#list(depth);
    }
    if (next === '"') return this.#string();
    for (const [word, value] of [["true", true], ["false", false], ["null", null]] as const) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number();
  }

  #object(depth: number): Json {
    const result: Record<string, Json> = {};
    if (this.#takes("}")) return result;
    do {
      this.#skipSpace();
      if (this.#text.charAt(this.#at) !== '"') this.#refuse("no key");
      const key = this.#string();
      if (Object.hasOwn(result, key)) this.#refuse(`the key ${JSON.stringify(key)} twice`);
      if (!this.#takes(":")) this.#refuse("no colon");
      const value = this.#value(depth + 1);
      if (key === "__proto__") Object.defineProperty(result, key, { value, enumerable: true });
      else result[key] = value;
    } while (this.#takes(","));
    if (!this.#takes("}")) this.#refuse("an object without an end");
    return result;
  }

  #list(depth: number): Json {
    const result: Json[] = [];
    if (this.#takes("]")) return result;
    do result.push(this.#value(depth + 1));
    while (this.#takes(","));
    if (!this.#takes("]")) this.#refuse("a list without an end");
    return result;
  }

  #string(): string {
    let result = "";
    this.#at++;
    for (;;) {
      const plain = this.#match(PLAIN);
      result = result === "" ? plain : result + plain;
      const end = this.#text.charAt(this.#at++);
      if (end === '"') break;
      if (end !== "\\") this.#refuse("a text without an end, or a control character in it");
      result += this.#escape();
    }
    return result;
  }

  #escape(): string {
    const letter = this.#text.charAt(this.#at++);
    const simple = ESCAPES.get(letter);
    if (simple !== undefined) return simple;
    const unit = this.#unit(letter);
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    if (unit > 0xdbff || !this.#text.startsWith("\\u", this.#at)) this.#refuse("a lone surrogate");
    this.#at += 2;
    const low = this.#unit("u");
    if (low < 0xdc00 || low > 0xdfff) this.#refuse("a lone surrogate");
    return String.fromCharCode(unit, low);
  }

  #unit(letter: string): number {
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (letter !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) this.#refuse("an unknown escape");
    this.#at += 4;
    return Number.parseInt(digits, 16);
  }

  #number(): number {
    const digits = this.#match(NUMBER);
    const value = Number(digits);
    if (!/^(0|-?[1-9][0-9]*)$/.test(digits)) this.#refuse("what is no integer");
    if (!Number.isSafeInteger(value)) this.#refuse("an integer past 2^53 - 1");
    return value;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #takes(mark: string): boolean {
    this.#skipSpace();
    if (this.#text.charAt(this.#at) !== mark) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    while (" \n\r\t".includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at++;
  }

  #refuse(found: string): never {
    throw new SyntaxError(`the JSON has ${found} at ${String(this.#at)}`);
  }
}

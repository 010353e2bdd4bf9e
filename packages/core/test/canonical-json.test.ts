import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { canonicalJson, canonicalParts, digest, isCaioError, type JsonValue, type KnownTexts, partsDigest, partsText, rememberedJson, sha256Hex } from "../src/index.ts";
import { fixedJson } from "./arbitraries.ts";
import { describeVectors } from "./vectors.ts";

describe("canonicalJson", () => {
  it.each<[JsonValue, string]>([
    [{}, "{}"],
    [[], "[]"],
    [{ b: 1, a: [true, null, "x"] }, '{"a":[true,null,"x"],"b":1}'],
    [-0, "0"],
    [1e21, "1e+21"],
    [-1e30, "-1e+30"],
    [1e-7, "1e-7"],
    [9007199254740991, "9007199254740991"],
    ['"\\\n\u0001\u007f\u2028é😀', '"\\"\\\\\\n\\u0001\u007f\u2028é😀"'],
    ["\\ud800", '"\\\\ud800"'],
    [{ "\u{1f600}": 1, "\uffff": 2, "": 3 }, '{"":3,"\u{1f600}":1,"\uffff":2}'],
    [JSON.parse('{"__proto__":1,"constructor":2}') as JsonValue, '{"__proto__":1,"constructor":2}'],
  ])("writes %j", (value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  it.each<[string, unknown, readonly (string | number)[]]>([
    ["NaN", { a: [1, Number.NaN] }, ["a", 1]],
    ["infinity", Number.POSITIVE_INFINITY, []],
    ["an unsafe integer", [2 ** 53], [0]],
    ["a large unsafe integer", [-1e20], [0]],
    ["undefined", { a: undefined }, ["a"]],
    ["a bigint", [1n], [0]],
    ["a function", { f: () => 1 }, ["f"]],
    ["a symbol", [Symbol("s")], [0]],
    ["a symbol as key", { a: { [Symbol("s")]: 1 } }, ["a"]],
    ["a lone high surrogate", ["a\ud800b"], [0]],
    ["a lone low surrogate", ["\udc00"], [0]],
    ["a lone surrogate in a key", { "\ud800": 1 }, ["\ud800"]],
    ["a sparse array", [1, , 2], [1]], // eslint-disable-line no-sparse-arrays
    ["a date", { when: new Date(0) }, ["when"]],
    ["a map", new Map(), []],
    ["a boxed string", [Object("x")], [0]],
  ])("refuses %s and says where", (_name, value, path) => {
    const error = caught(value);
    expect(isCaioError(error, "NotCanonical")).toBe(true);
    expect(isCaioError(error) ? error.details["path"] : undefined).toEqual(path);
  });

  it("refuses a cycle and too much depth, and takes 256 levels", () => {
    const nest = (levels: number): unknown => {
      let value: unknown = 1;
      for (let level = 0; level < levels; level++) value = [value];
      return value;
    };
    expect(isCaioError(caught(cyclic), "NotCanonical")).toBe(true);
    expect(isCaioError(caught(nest(257)), "NotCanonical")).toBe(true);
    expect(caught(nest(256))).toBeUndefined();
  });

  it("writes a remembered value as it would any other, at every depth", () => {
    fc.assert(
      fc.property(fixedJson, fc.nat({ max: 6 }), (value, depth) => {
        const shared = { value };
        const nest = (inner: object): object => Array.from({ length: depth }).reduce<object>((held) => ({ held, z: 1 }), inner);
        expect(rememberedJson(shared)).toBe(canonicalJson({ value }));
        expect(rememberedJson(shared)).toBe(canonicalJson(shared));
        expect(canonicalJson(nest(shared))).toBe(canonicalJson(nest({ value })));
      }),
    );
  });

  it("gives the same text in parts, remembered or not, and refuses the same values", () => {
    const joined = (value: JsonValue | object, known?: KnownTexts): string => {
      const parts = canonicalParts(value, known);
      const text = partsText(parts);
      expect(partsDigest(parts)).toBe(sha256Hex(text));
      for (const part of parts) if (typeof part !== "string") expect([part.bytes.length, part.digest]).toEqual([Buffer.byteLength(part.text), sha256Hex(part.text)]);
      return text;
    };
    fc.assert(
      fc.property(fixedJson, fixedJson, fixedJson, (kept, told, rest) => {
        const shared = { kept };
        const known = { told };
        rememberedJson(shared);
        const whole = { rest, list: [shared, { deep: [known, rest] }], shared, "é😀": known };
        expect(joined(whole, new Map([[known, canonicalJson({ told })]]))).toBe(canonicalJson({ rest, list: [{ kept }, { deep: [{ told }, rest] }], shared: { kept }, "é😀": { told } }));
      }),
    );
    expect(joined(["é".repeat(200_000)])).toBe(canonicalJson(["é".repeat(200_000)]));
    expect(joined(["é".repeat(2_000_000), "after it"])).toBe(canonicalJson(["é".repeat(2_000_000), "after it"]));
    const long = Array.from({ length: 1000 }, (_, index) => ({ index }));
    rememberedJson(long);
    expect(canonicalParts({ b: long, c: [long], a: 1 }).map((part) => typeof part)).toEqual(["string", "object", "string", "object", "string"]);
    expect(joined({ b: long, c: [long], a: 1 })).toBe(canonicalJson({ b: structuredClone(long), c: [long], a: 1 }));
    for (const value of [{ a: [1, Number.NaN] }, { a: undefined }, cyclic, { when: new Date(0) }, { [Symbol("s")]: 1 }, { a: { "\ud800": 1 } }]) {
      const refused = caught(value);
      const found = caughtFrom(() => canonicalParts(value));
      expect(isCaioError(found) && isCaioError(refused) && found.message === refused.message, String(found)).toBe(true);
    }
  });

  it("does not see what is not enumerable", () => {
    const value = Object.defineProperties({ a: 1 }, { b: { value: 2 }, [Symbol("c")]: { value: 3 } });
    expect([canonicalJson(value), partsText(canonicalParts(value))]).toEqual(['{"a":1}', '{"a":1}']);
  });

  it("writes objects of many kinds that begin alike, and keys in every order", () => {
    for (let count = 0; count < 40; count++) {
      const keys = Array.from({ length: count }, (_, index) => (index === 0 ? "first" : `k${String((index * 7 + count) % 41)}`));
      const object = Object.fromEntries(keys.map((key, index) => [key, index]));
      expect(canonicalJson(object)).toBe(JSON.stringify(sorted(object)));
    }
  });

  it("reads back as the same value, whatever the order of keys", () => {
    fc.assert(
      fc.property(fixedJson, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(digest(reversed(value))).toBe(digest(value));
      }),
    );
  });

  it("agrees with a plain sorting writer", () => {
    fc.assert(fc.property(fixedJson, (value) => canonicalJson(value) === JSON.stringify(sorted(value))));
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`k${String((index * 37) % 60)}`, index]));
    expect(canonicalJson(many)).toBe(JSON.stringify(sorted(many)));
  });
});

describeVectors("RFC 8785 vectors", "jcs", (folder) => {
  const names = readdirSync(join(folder, "input"));
  it("are six", () => {
    expect(names).toHaveLength(6);
  });
  it.each(names)("%s", (name) => {
    const text = canonicalJson(JSON.parse(readFileSync(join(folder, "input", name), "utf8")) as JsonValue);
    expect(text).toBe(readFileSync(join(folder, "output", name), "utf8").trimEnd());
    const hex = readFileSync(join(folder, "outhex", name.replace(".json", ".txt")), "utf8").replace(/\s/g, "");
    expect(Buffer.from(text).toString("hex")).toBe(hex);
  });
});

function caught(value: unknown): unknown {
  return caughtFrom(() => canonicalJson(value as JsonValue));
}

function caughtFrom(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}

function reversed(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Array) return value.map(reversed);
  return Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, reversed(member)]));
}

/** Keys that are no array indices keep their order of insertion, so JSON.stringify writes them sorted. */
function sorted(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Array) return value.map(sorted);
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}

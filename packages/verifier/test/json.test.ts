import { createHash } from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ownSha256 } from "../src/bytes/sha256.ts";
import { canonical, parseJson, sha256, sha256Hex } from "../src/index.ts";
import { readJson } from "../src/json/json.ts";

describe("parseJson", () => {
  it.each([
    ['{"a":1,"a":1}', "twice"], ['{"a":1,"\\u0061":1}', "twice"], ["1.0", "integer"], ["1e3", "integer"], ["-0", "integer"], ["9007199254740992", "2^53"],
    ['"\\ud800"', "surrogate"], ['{"\\udc00":1}', "surrogate"], ["[".repeat(65) + "]".repeat(65), "levels"], ["01", ""], ["[1,]", ""], ['{"a":1', ""], ["", ""], ["nul", ""], ["1 2", ""],
  ])("refuses %s", (text, why) => {
    if (why !== "") expect(() => parseJson(text)).toThrow(why);
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it("reads back what canonical wrote", () => {
    const integers = fc.integer().filter((n) => !Object.is(n, -0));
    const value = fc.jsonValue({ maxDepth: 6 }).map((json) => JSON.parse(JSON.stringify(json, (_key, part: unknown) => (typeof part === "number" ? Math.trunc(part % 2 ** 53) + 0 : part)).replaceAll(/[\ud800-\udfff]/g, "x")) as never);
    fc.assert(fc.property(fc.oneof(value, fc.dictionary(fc.string(), integers)), (json) => {
      expect(canonical(parseJson(canonical(json)))).toBe(canonical(json));
    }));
  });

  it.each([9_007_199_254_740_991, -9_007_199_254_740_991])("reads the last integer, %s, and not the next", (last) => {
    const text = String(last);
    expect([parseJson(text), canonical(parseJson(`[${text}]`))]).toEqual([last, `[${text}]`]);
    expect(() => parseJson(text.replace(/1$/, "2"))).toThrow("2^53");
  });

  it("keeps keys that mean something to JavaScript", () => {
    expect(canonical(parseJson('{"__proto__":{"a":1},"constructor":2}'))).toBe('{"__proto__":{"a":1},"constructor":2}');
  });
});

describe("sha256", () => {
  it("agrees with node:crypto at every length", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(sha256Hex(bytes)).toBe(createHash("sha256").update(bytes).digest("hex"));
    }));
    const long = new Uint8Array(1_000_000).fill(97);
    expect(sha256Hex(long)).toBe(createHash("sha256").update(long).digest("hex"));
  });
});

describe("what stands in for the platform's SHA-256", () => {
  it("agrees with it at every length", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(ownSha256(bytes)).toEqual(sha256(bytes));
    }));
    const long = new Uint8Array(1_000_001).fill(97);
    expect(ownSha256(long)).toEqual(sha256(long));
  });
});

describe("readJson", () => {
  it.each(['[9007199254740991,-9007199254740991,9007199254740990]', '{"a":[1,"é😀",{"b":null}],"c":-7}', '"\\n\\u0001\\\\\\""', "[]", "{}"])("knows canonical text: %s", (text) => {
    expect(readJson(text)).toEqual({ value: JSON.parse(text) as unknown, canonical: true });
  });

  it.each([' {"a":1}', '{"b":1,"a":2}', '{"a": 1}', '"\\u0061"', '"\\/"', '[1, 2]', '{"a":1}\n', '["\\u000a"]'])("knows what is not: %s", (text) => {
    expect(readJson(text)).toEqual({ value: JSON.parse(text) as unknown, canonical: false });
  });

  it("agrees with the platform on which texts are JSON, and with canonical on which are canonical", () => {
    const bits = fc.constantFrom("{", "}", "[", "]", ",", ":", '"', '"a"', '"b":', "1", "-", "0", "12", "true", "null", "fals", "e", " ", "\\", "\n", "é", "\\u00e9", "t");
    fc.assert(fc.property(fc.array(bits, { maxLength: 12 }), (parts) => {
      const text = parts.join("");
      let known: unknown;
      try {
        known = JSON.parse(text);
      } catch {
        expect(() => readJson(text)).toThrow(SyntaxError);
        return;
      }
      try {
        expect(readJson(text)).toEqual({ value: known, canonical: text === canonical(known) });
      } catch (problem) {
        if (!(problem instanceof SyntaxError)) throw problem;
        expect(problem.message).toMatch(/twice|integer/);
      }
    }), { numRuns: 20_000 });
  });

  it("keeps the texts of large parts, and no others'", () => {
    const list = Array.from({ length: 200 }, (_item, at) => at);
    const text = `{"a":${JSON.stringify(list)},"b":{"z":${JSON.stringify(list)},"é":"ü"}}`;
    const { value, canonical: isCanonical } = readJson(text);
    expect(isCanonical).toBe(true);
    expect(canonical(value)).toBe(text);
    const spaced = readJson(text.replace('"b":', '"b": '));
    expect(spaced.canonical).toBe(false);
    expect(canonical(spaced.value)).toBe(text);
  });
});

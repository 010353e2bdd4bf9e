import { createHash } from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { canonical, parseJson, sha256Hex } from "../src/index.ts";

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

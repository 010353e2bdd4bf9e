import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { isCaioError, type JsonObject } from "@caio/core";
import { describe, expect, it } from "vitest";

import { OutputSchemas } from "../src/index.ts";
import { longestSafeText } from "../src/enforcement/schema/safe-pattern.ts";

const schemas = new OutputSchemas();

describe("OutputSchemas", () => {
  it("checks against 2020-12 by default and draft-07 on request", () => {
    const tuple: JsonObject = { prefixItems: [{ type: "string" }], items: false };
    expect(schemas.check(tuple, ["a"])).toBeUndefined();
    expect(schemas.check(tuple, ["a", 1])).toBe("#/items");
    const old: JsonObject = {
      $schema: "http://json-schema.org/draft-07/schema#",
      $id: "https://example.org/out",
      items: [{ type: "string" }],
      additionalItems: false,
      dependencies: { a: ["b"] },
    };
    expect(schemas.check(old, ["a"])).toBeUndefined();
    expect(schemas.check(old, ["a", 1])).toBeDefined();
  });

  it("follows local references, also recursive ones, and leaves data alone", () => {
    const tree: JsonObject = {
      $ref: "#/$defs/no~1de",
      $defs: { "no/de": { properties: { kids: { items: { $ref: "#" } }, kind: { const: { $ref: "data" } } } } },
    };
    expect(schemas.check(tree, { kids: [{ kids: [] }], kind: { $ref: "data" } })).toBeUndefined();
    expect(schemas.check(tree, { kids: [{ kind: 1 }] })).toBeDefined();
  });

  it("never matches a text that is too long for its pattern", () => {
    const schema: JsonObject = { pattern: "^a+b+c+$" };
    expect(schemas.check(schema, "aabbcc")).toBeUndefined();
    expect(schemas.check(schema, `${"a".repeat(300)}bc`)).toBeDefined();
  });

  it.each<[string, JsonObject]>([
    ["a remote reference", { $ref: "https://example.org/a" }],
    ["a reference to a file", { items: { $ref: "other.json#/a" } }],
    ["a reference into data", { $ref: "#/x-hidden", "x-hidden": { pattern: "(a+)+$" } }],
    ["an anchor", { $defs: { a: { $anchor: "here" } } }],
    ["a dynamic reference", { $dynamicRef: "#node" }],
    ["an inner $id", { $defs: { a: { $id: "https://example.org/b" } } }],
    ["another dialect", { $schema: "http://json-schema.org/draft-04/schema#" }],
    ["an exponential pattern", { pattern: "(a+)+$" }],
    ["an exponential property pattern", { patternProperties: { "^(a|a)*$": true } }],
    ["a pattern hidden in a branch", { anyOf: [{ not: { pattern: "(.*)*x" } }] }],
    ["unbounded uniqueItems", { uniqueItems: true }],
    ["many values", { enum: Array.from({ length: 1001 }, (_, value) => value) }],
    ["a large text", { description: "x".repeat(70_000) }],
    ["what is no schema", { type: "colour" }],
  ])("refuses %s", (_name, schema) => {
    let error: unknown;
    try {
      schemas.check(schema, 1);
    } catch (thrown) {
      error = thrown;
    }
    expect(isCaioError(error, "InvalidContract")).toBe(true);
  });
});

describe("longestSafeText", () => {
  it.each([
    ["^[a-z]{2}$", Number.MAX_SAFE_INTEGER],
    ["[a-z]", 2 ** 26],
    ["^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", Number.MAX_SAFE_INTEGER],
    ["^\\d+\\.\\d+$", 8192],
    ["^\\d+?(?:\\.\\d+)?$", 4096],
    ["^(?<year>\\d{4})-\\d{2}$", Number.MAX_SAFE_INTEGER],
  ])("accepts %s up to %d", (pattern, length) => {
    expect(longestSafeText(pattern)).toBe(length);
  });

  it.each(["(a+)+", "(a|a)*", "(?:a*)*", "(?=a+)a", "(?<!a)b", "(a)\\1", "(?<n>a)\\k<n>", "a{1,5000}", "x*x*x*x*x*x*x*", "(", "a**", "((a?){9}){9}", "*a"])(
    "refuses %s",
    (pattern) => {
      expect(longestSafeText(pattern)).toBeUndefined();
    },
  );
});

describe("hostile schemas in a process of their own", () => {
  it("cost bounded time and leave the process alive", async () => {
    const script = fileURLToPath(new URL("support/hostile-schemas.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "-C", "@caio/source", script],
      { timeout: 50_000 },
    );
    expect(JSON.parse(stdout)).toEqual({
      doubling: "could not be checked within its bounds",
      endless: "could not be checked within its bounds",
      branching: "could not be checked within its bounds",
      pattern: "#/pattern",
    });
  }, 60_000);
});

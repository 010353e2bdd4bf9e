import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isCaioError, type JsonValue } from "@caio/core";

import { parseRequestValue, withContent, type RequestDocument } from "../src/index.ts";

const terms = { intent: { categories: ["question"] }, data: { labels: ["public"], media_type: "application/json" }, requirements: { capabilities: [{ type: "inference.chat" }] }, limits: { latency_ms: "100" } };

/** Strings with everything that a caller may send: also what the parser refuses. */
const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.constantFrom("", "\ud800", "x-y"));
const payload = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(fc.constantFrom("a", "x-a", "__proto__", "toString", "", "\udc00"), fc.oneof(text, fc.double(), fc.constantFrom(-0, 2 ** 53, 1e21, 1e-7, null, undefined))),
);
const role = fc.oneof({ weight: 20, arbitrary: fc.constantFrom("user", "system") }, { weight: 1, arbitrary: fc.constantFrom("", "a b", "\u0007", "\ud800") });
const context = fc.array(fc.record({ role, text }), { maxLength: 70, size: "small" });

describe("withContent", () => {
  test("gives what the parser gives for the whole document, or leaves it to the parser", () => {
    let taken = 0;
    fc.assert(
      fc.property(text, context, payload, (said, items, value) => {
        const fast = withContent(parseRequestValue(terms), { text: said, context: items, payload: value as JsonValue });
        if (fast === undefined) return;
        taken += 1;
        expect(fast).toEqual(parsed(said, items, value));
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  test("takes what callers usually send, and leaves to the parser what they do not", () => {
    const document = parseRequestValue(terms);
    const good = { text: "Guten Tag", context: [{ role: "user", text: "x" }], payload: { a: [1, 1.5, "é", null, true, { "x-b": {} }] } };
    expect(withContent(document, good)).toEqual(parsed(good.text, good.context, good.payload));
    expect(withContent(document, { ...good, text: "\ud800" })).toBeUndefined();
    expect(withContent(document, { ...good, context: Array.from({ length: 65 }, () => ({ role: "user", text: "x" })) })).toBeUndefined();
    expect(withContent(document, { ...good, payload: { a: 2 ** 60 } })).toBeUndefined();
    expect(withContent(document, { ...good, payload: { a: { "\ud800": 1 } } })).toBeUndefined();
    expect(parsed(good.text, good.context, { a: { "\ud800": 1 } })).toContain("a key with a lone surrogate");
    expect(withContent(document, { ...good, payload: JSON.parse('{"__proto__":1}') as JsonValue })).toBeUndefined();
    expect(withContent(document, { ...good, payload: JSON.parse("[".repeat(70) + "]".repeat(70)) as JsonValue })).toBeUndefined();
  });
});

function parsed(said: string, items: readonly object[], value: unknown): RequestDocument | string {
  try {
    return parseRequestValue({ ...terms, intent: { ...terms.intent, text: said }, context: items, data: { ...terms.data, payload: value } });
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return error.message;
  }
}

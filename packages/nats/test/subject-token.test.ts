import fc from "fast-check";
import { expect, it } from "vitest";

import { subjectToken } from "../src/index.ts";

it("gives ids as they are", () => {
  expect(["acme", "a-1", "", "caio.local/gateway", "a_b"].map(subjectToken)).toEqual(["acme", "a-1", "_", "caio_2elocal_2fgateway", "a_5fb"]);
});

it("gives different texts different tokens, and none that reaches into another subject", () => {
  const texts = fc.oneof(fc.string(), fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString("latin1")), fc.constantFrom("*", ">", "a.b", "a_2eb", "a b", "\u0000", "ä", "_", "__"));
  fc.assert(fc.property(texts, texts, (one, other) => {
    expect(subjectToken(one)).toMatch(/^(?:_|(?:[0-9A-Za-z-]|_[0-9a-f]{2})+)$/);
    expect(subjectToken(one) === subjectToken(other)).toBe(Buffer.from(one).equals(Buffer.from(other)));
  }));
});

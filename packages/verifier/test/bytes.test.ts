import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { fromBase64, ownFromBase64, textOf } from "../src/bytes/bytes.ts";

describe("fromBase64", () => {
  it("reads what the platform writes, and so does what stands in for it", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = Buffer.from(bytes).toString("base64");
      expect([fromBase64(text), ownFromBase64(text)]).toEqual([bytes, bytes]);
    }));
  });

  it("takes one text for the same bytes, with the platform's decoder and without", () => {
    const units = fc.constantFrom("A", "B", "Q", "g", "w", "+", "/", "=", "-", "_", " ", "\n", "\0", "é", "Ł", "\u{1d400}");
    fc.assert(fc.property(fc.array(units, { maxLength: 12 }), (parts) => {
      const text = parts.join("");
      const bytes = ownFromBase64(text);
      expect(fromBase64(text)).toEqual(bytes);
      if (bytes !== undefined) expect(Buffer.from(bytes).toString("base64")).toBe(text);
    }), { numRuns: 3000 });
  });

  it.each(["A", "AA", "AAA", "AA=", "AB==", "AAB=", "A===", "====", "=AAA", "AA==AAAA", "AA-_", "AAAA\n", "AAA\u0141", "AAAA AAA"])("refuses %j", (text) => {
    expect([fromBase64(text), ownFromBase64(text)]).toEqual([undefined, undefined]);
  });
});

describe("textOf", () => {
  it("reads UTF-8 as a strict decoder does, a byte order mark as a character, and refuses the rest", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const parts = fc.oneof(fc.constantFrom("a", "é", "—", "😀", "\ufeff", "\ufffd").map((text) => [...Buffer.from(text)]), fc.constantFrom([0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5], [0xe2, 0x80]));
    fc.assert(fc.property(fc.array(parts, { maxLength: 6 }), (list) => {
      const bytes = Uint8Array.from(list.flat());
      const read = (decode: () => string): string | undefined => {
        try {
          return decode();
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return undefined;
        }
      };
      expect(read(() => textOf(bytes))).toBe(read(() => strict.decode(bytes)));
    }), { numRuns: 1000 });
  });
});

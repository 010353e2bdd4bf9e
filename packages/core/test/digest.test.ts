import { createHash, createHmac } from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { CaioError, digest, fromHex, HmacKey, hmacSha256, isCaioError, isDigest, sha256, sha256Hex, toHex } from "../src/index.ts";

describe("digests", () => {
  it("gives the published values", () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); // FIPS 180-4
    expect(sha256Hex()).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const hmac = hmacSha256(Buffer.from("Jefe"), "what do ya want for nothing?"); // RFC 4231, case 2
    expect(toHex(hmac)).toBe("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    expect(digest({ b: 1, a: 2 })).toBe(sha256Hex('{"a":2,"b":1}'));
  });

  it("keys a hash as the platform does, whatever the length of key and message", () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, fc.oneof(bytes, fc.string({ unit: "binary" })), (key, message) => {
        expect(toHex(hmacSha256(key, message))).toBe(createHmac("sha256", key).update(message).digest("hex"));
      }),
    );
  });

  it("derives many from one key, longer after shorter and the other way round", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.array(fc.string({ unit: "grapheme", maxLength: 400 })), (bytes, messages) => {
        const key = new HmacKey(bytes);
        const target = Buffer.alloc(40, 7);
        for (const message of messages) {
          const expected = createHmac("sha256", bytes).update(message).digest("hex");
          expect(key.digest(message)).toBe(expected);
          key.digestInto(target, 3, message);
          expect(target.toString("hex")).toBe(`070707${expected}0707070707`);
        }
      }),
    );
  });

  it("hashes parts as their concatenation", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array(), fc.string({ unit: "grapheme" }))), (parts) => {
        const whole = Buffer.concat(parts.map((part) => Buffer.from(part)));
        const expected = createHash("sha256").update(whole).digest("hex");
        expect(sha256Hex(...parts)).toBe(expected);
        expect(toHex(sha256(...parts))).toBe(expected);
      }),
    );
  });

  it("hex goes both ways, and only one text stands for one value", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => Buffer.compare(fromHex(toHex(bytes)), bytes) === 0));
    for (const bad of ["a", "zz", "AB", "ab ", "0x", "abc"]) {
      expect(() => fromHex(bad)).toThrow(expect.objectContaining({ code: "NotCanonical" }));
    }
  });

  it("knows a digest", () => {
    expect(isDigest("a".repeat(64))).toBe(true);
    for (const bad of ["a".repeat(63), "A".repeat(64), `${"a".repeat(64)}\n`, 1, null]) expect(isDigest(bad)).toBe(false);
  });
});

describe("CaioError", () => {
  it("keeps code, details and cause, and sends neither stack nor cause", () => {
    const cause = new Error("secret");
    const error = new CaioError("NotFound", "No leaf.", { details: { leaf: 1 }, cause });
    expect(error.cause).toBe(cause);
    expect(JSON.parse(JSON.stringify(error))).toEqual({ code: "NotFound", message: "No leaf.", details: { leaf: 1 } });
    expect(isCaioError(error)).toBe(true);
    expect(isCaioError(error, "NotFound")).toBe(true);
    expect(isCaioError(error, "InvalidPlan")).toBe(false);
    expect(isCaioError(cause)).toBe(false);
  });
});

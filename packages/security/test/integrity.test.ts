import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";

import { isCaioError, type JsonValue } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { digestPayload, openPayload, sealPayload, signResult, verifyIntegrity, verifyResult, type SignedResult } from "../src/index.ts";

const ed = generateKeyPairSync("ed25519");
const answer: SignedResult = { decisionId: "0".repeat(64), service: "demo-chat", result: { text: "PLANTED", n: [1, 2] } };

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (!isCaioError(error)) throw error;
    expect(inspect(error, { depth: 20 })).not.toContain("PLANTED");
    return error.code;
  }
  return "accepted";
}

describe("payload digests", () => {
  it("hold whatever the order of keys, and fail for any other value", () => {
    const json = fc.jsonValue().filter((value) => !Object.is(value, -0)) as fc.Arbitrary<JsonValue>;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true }), json, (object, other) => {
        const turned = Object.fromEntries(Object.entries(object).reverse());
        verifyIntegrity(digestPayload(object), turned);
        expect(codeOf(() => { verifyIntegrity(digestPayload(object), { ...object, extra: other }); })).toBe("extra" in object && object["extra"] === other ? "accepted" : "IntegrityViolation");
      }),
    );
  });

  it("fail for text that is no digest and for values that are no JSON, without a word of either", () => {
    expect(codeOf(() => { verifyIntegrity("PLANTED", "PLANTED"); })).toBe("IntegrityViolation");
    expect(codeOf(() => { verifyIntegrity(digestPayload(1), Number.NaN); })).toBe("IntegrityViolation");
  });
});

describe("result signatures", () => {
  const key = { keyId: "k1", publicKey: ed.publicKey };
  const signature = signResult(answer, { keyId: "k1", privateKey: ed.privateKey });

  it("verify, whatever the order of keys", () => {
    verifyResult({ ...answer, result: { n: [1, 2], text: "PLANTED" } }, signature, key);
    expect(Object.keys(signature)).toEqual(["alg", "keyId", "signature"]);
  });

  it.each([
    ["another result", { ...answer, result: { text: "other" } }, signature, key],
    ["another decision", { ...answer, decisionId: "1".repeat(64) }, signature, key],
    ["another service", { ...answer, service: "other" }, signature, key],
    ["another key id", answer, { ...signature, keyId: "k2" }, key],
    ["both key ids changed", answer, { ...signature, keyId: "k2" }, { ...key, keyId: "k2" }],
    ["another algorithm", answer, { ...signature, alg: "none" as "Ed25519" }, key],
    ["no signature", answer, { ...signature, signature: "" }, key],
    ["padding", answer, { ...signature, signature: `${signature.signature}==` }, key],
    ["another key", answer, signature, { keyId: "k1", publicKey: generateKeyPairSync("ed25519").publicKey }],
  ])("refuse %s", (_name, signed, given, under) => {
    expect(codeOf(() => { verifyResult(signed, given, under); })).toBe("IntegrityViolation");
  });

  it("refuse keys of another kind", () => {
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
    expect(codeOf(() => signResult(answer, { keyId: "k", privateKey: ec.privateKey }))).toBe("InvalidProof");
    expect(codeOf(() => signResult(answer, { keyId: "k", privateKey: ed.publicKey }))).toBe("InvalidProof");
    expect(codeOf(() => { verifyResult(answer, signature, { keyId: "k1", publicKey: ed.privateKey }); })).toBe("InvalidProof");
  });
});

describe("sealed payloads", () => {
  const payload = { text: "PLANTED", n: 1 };

  it.each([
    ["x25519", generateKeyPairSync("x25519")],
    ["P-256", generateKeyPairSync("ec", { namedCurve: "P-256" })],
  ])("are read by the holder of the %s key alone", async (_name, pair) => {
    const sealed = await sealPayload(payload, { keyId: "k1", publicKey: pair.publicKey });
    expect(Buffer.from(sealed.split(".")[3] ?? "", "base64url").toString()).not.toContain("PLANTED");
    expect(await openPayload(sealed, pair.privateKey)).toEqual(payload);
    expect(await sealPayload(payload, { keyId: "k1", publicKey: pair.publicKey })).not.toBe(sealed);
    const other = generateKeyPairSync("x25519");
    await expect(openPayload(sealed, other.privateKey)).rejects.toThrow(/cannot be opened/);
  });

  it("are refused if any part is changed", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("x25519");
    const parts = (await sealPayload(payload, { keyId: "k1", publicKey })).split(".");
    for (let index = 0; index < parts.length; index++) {
      const changed = parts.map((part, at) => (at === index ? (part.startsWith("A") ? "B" : "A") + part.slice(1) : part)).join(".");
      await expect(openPayload(changed, privateKey)).rejects.toThrow(/cannot be opened/);
    }
    await expect(openPayload("PLANTED", privateKey)).rejects.not.toThrow(/PLANTED/);
  });

  it("cannot be made to a key of another kind", async () => {
    await expect(sealPayload(payload, { keyId: "k", publicKey: ed.publicKey })).rejects.toThrow(/cannot be encrypted to/);
  });
});

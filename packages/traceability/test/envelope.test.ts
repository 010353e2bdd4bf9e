import { readFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { createPublicKey, verify } from "node:crypto";

import { describe, expect, it } from "vitest";

import { generateSigningKey, InMemoryDecisionKeyStore, openEnvelope, preAuthEncoding, signEnvelope } from "../src/index.ts";
import { some } from "./support/records.ts";

const vectors = env["CAIO_VECTORS"];
if (vectors === undefined) console.warn("CAIO_VECTORS is not set: the DSSE vector was NOT RUN.");

const base64url = (decimal: string): string => Buffer.from(BigInt(decimal).toString(16).padStart(64, "0"), "hex").toString("base64url");

describe.skipIf(vectors === undefined)("the DSSE vector", () => {
  it("has this encoding, and its signature is over it", () => {
    const file = join(vectors ?? "", "dsse", "protocol-vector.json");
    const vector = JSON.parse(readFileSync(file, "utf8")) as {
      payload: string;
      payloadType: string;
      pae: string;
      key: { x: string; y: string };
      envelope: { signatures: { sig: string }[] };
    };
    const message = preAuthEncoding(vector.payloadType, Buffer.from(vector.payload));
    expect(Buffer.from(message).toString()).toBe(vector.pae);
    const jwk = { kty: "EC", crv: "P-256", x: base64url(vector.key.x), y: base64url(vector.key.y) };
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const signature = Buffer.from(vector.envelope.signatures[0]?.sig ?? "", "base64");
    expect(verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature)).toBe(true);
  });
});

describe("envelopes", () => {
  const key = generateSigningKey();
  const payload = Buffer.from('{"a":"ä"}');
  const envelope = signEnvelope("application/x", payload, [key]);

  it("counts bytes, not characters", () => {
    expect(Buffer.from(preAuthEncoding("ä", Buffer.from("ö"))).toString()).toBe("DSSEv1 2 ä 2 ö");
  });

  it("open to the payload that was signed", () => {
    expect(Buffer.from(openEnvelope(envelope, "application/x", [key.publicKey]))).toEqual(payload);
    expect(envelope.signatures[0]?.keyid).toBe(key.publicKey.keyId);
    const both = signEnvelope("application/x", payload, [generateSigningKey(), key]);
    expect(Buffer.from(openEnvelope(both, "application/x", [key.publicKey]))).toEqual(payload);
  });

  it("that were changed are refused", () => {
    const [signature = { keyid: "", sig: "" }] = envelope.signatures;
    const bad = [
      { ...envelope, payloadType: "application/y" },
      { ...envelope, payload: Buffer.from('{"a":"b"}').toString("base64") },
      { ...envelope, payload: `${envelope.payload}\n` },
      { ...envelope, signatures: [] },
      { ...envelope, signatures: [{ ...signature, keyid: some("other") }] },
      { ...envelope, signatures: [{ ...signature, sig: signature.sig.slice(4) }] },
      { ...envelope, signatures: [signature, { ...signature, sig: "AAAA" }] },
    ];
    for (const each of bad) expect(() => openEnvelope(each, "application/x", [key.publicKey])).toThrow(/Envelope/);
    expect(() => openEnvelope({ ...envelope, payloadType: "application/y" }, "application/y", [key.publicKey])).toThrow(/does not hold/);
    expect(() => openEnvelope(envelope, "application/x", [generateSigningKey().publicKey])).toThrow(/known key/);
  });
});

describe("a store of decision keys", () => {
  it("keeps one key a decision, and forgets it for good", async () => {
    const keys = new InMemoryDecisionKeyStore();
    await keys.put(some("one"), some("key"));
    await keys.put(some("one"), some("key"));
    await expect(keys.put(some("one"), some("other"))).rejects.toMatchObject({ code: "IntegrityViolation" });
    expect(await keys.get(some("one"))).toBe(some("key"));
    expect(await keys.erase(some("one"))).toBe(true);
    expect(await keys.get(some("one"))).toBeUndefined();
    expect(await keys.erase(some("one"))).toBe(false);
    await expect(keys.put(some("one"), some("key"))).rejects.toThrow(/erased/);
  });
});

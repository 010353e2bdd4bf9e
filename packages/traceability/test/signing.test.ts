import { readFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { inspect } from "node:util";

import { describe, expect, it } from "vitest";

import { ed25519, generateSigningKey, KeyRing, PublicKey, SigningKey, VerifierKey } from "../src/index.ts";

interface WycheproofGroup {
  publicKey: { pk: string };
  tests: { tcId: number; comment: string; msg: string; sig: string; result: "valid" | "invalid" }[];
}

const vectors = env["CAIO_VECTORS"];
if (vectors === undefined) console.warn("CAIO_VECTORS is not set: the Wycheproof vectors of Ed25519 were NOT RUN.");

const groups = (): WycheproofGroup[] => {
  if (vectors === undefined) return [];
  const file = JSON.parse(readFileSync(join(vectors, "ed25519", "wycheproof.json"), "utf8")) as { testGroups: WycheproofGroup[] };
  return file.testGroups;
};

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");

describe.skipIf(vectors === undefined)("Wycheproof Ed25519", () => {
  it("every vector has its result", () => {
    const cases = groups().flatMap(({ publicKey, tests }) => tests.map((test) => ({ ...test, pk: publicKey.pk })));
    expect(cases.length).toBeGreaterThanOrEqual(150);
    const wrong = cases.filter(({ pk, msg, sig, result }) => new PublicKey(bytes(pk)).verifies(bytes(msg), bytes(sig)) !== (result === "valid"));
    expect(wrong.map(({ tcId, comment }) => [tcId, comment])).toEqual([]);
  });
});

describe("keys", () => {
  it("sign what their public part verifies, and nothing else", () => {
    const [key, other] = [generateSigningKey(), generateSigningKey()];
    const signature = key.sign(Buffer.from("text"));
    expect(key.publicKey.verifies(Buffer.from("text"), signature)).toBe(true);
    expect(key.publicKey.verifies(Buffer.from("texT"), signature)).toBe(false);
    expect(other.publicKey.verifies(Buffer.from("text"), signature)).toBe(false);
    expect(ed25519.verifies(new Uint8Array(31), Buffer.from("text"), signature)).toBe(false);
    expect(ed25519.verifies(key.publicKey.bytes, Buffer.from("text"), signature.subarray(1))).toBe(false);
  });

  it("come back from their text forms", () => {
    const key = generateSigningKey();
    expect(SigningKey.fromPem(key.exportPem()).publicKey.keyId).toBe(key.publicKey.keyId);
    expect(PublicKey.fromPem(key.publicKey.toPem()).keyId).toBe(key.publicKey.keyId);
    const verifier = new VerifierKey("caio.example/log", key.publicKey);
    expect(VerifierKey.parse(verifier.toString()).publicKey.keyId).toBe(key.publicKey.keyId);
  });

  it("never show the private part", () => {
    const key = generateSigningKey();
    const secret = key.exportPem().split("\n")[1] ?? "";
    const shown = [String(key), JSON.stringify({ key }), inspect({ key }, { depth: 9, showHidden: true }), inspect(KeyRing.of("a", key), { depth: 9 })];
    for (const text of shown) {
      expect(text).toContain(key.publicKey.keyId.slice(0, 8));
      expect(text).not.toContain(secret);
    }
    expect(() => SigningKey.fromPem(`-----BEGIN PRIVATE KEY-----\nSECRET${secret}\n-----END PRIVATE KEY-----\n`)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("SECRET") as string }) as Error,
    );
  });

  it("of other kinds are refused", () => {
    expect(() => new PublicKey(new Uint8Array(33))).toThrow(/33 bytes/);
    expect(() => PublicKey.fromPem(generateSigningKey().exportPem())).toThrow(/BEGIN PUBLIC KEY/);
    expect(() => PublicKey.fromPem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")).toThrow(/cannot be read/);
    expect(() => SigningKey.fromPem("nothing")).toThrow(/no private key/);
  });

  it("in text form are refused when any character of them is changed", () => {
    const text = new VerifierKey("log", generateSigningKey().publicKey).toString();
    for (let at = 4; at < text.length; at++) {
      const changed = `${text.slice(0, at)}${text[at] === "0" ? "1" : "0"}${text.slice(at + 1)}`;
      expect(() => VerifierKey.parse(changed)).toThrow(/Verifier key/);
    }
    for (const name of ["", "a b", "a+b", "a\u00a0b", "a\nb"]) expect(() => new VerifierKey(name, generateSigningKey().publicKey)).toThrow(/name/);
  });
});

describe("a key ring", () => {
  it("rotates: the new key signs, all old ones stay", () => {
    const first = KeyRing.of("log", generateSigningKey());
    const second = first.rotate(generateSigningKey()).rotate(generateSigningKey());
    expect(second.verifiers.map(String)).toContain(first.verifiers.map(String)[0]);
    expect(second.verifiers).toHaveLength(3);
    expect(second.signer.key.publicKey.keyId).toBe(second.verifiers[0]?.publicKey.keyId);
    const again = KeyRing.of("log", second.signer.key, KeyRing.parseVerifiers(second.verifiersText()));
    expect(again.verifiersText()).toBe(second.verifiersText());
    expect(again.publicKey(first.signer.key.publicKey.keyId).keyId).toBe(first.signer.key.publicKey.keyId);
    expect(() => again.publicKey("ff")).toThrow(/No key ff/);
  });
});

import { createHash, randomBytes } from "node:crypto";
import { inspect } from "node:util";

import { isCaioError } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ApiKeyAuthenticator, InMemoryKeyStore, issueApiKey, verifyAuthentication, type KeyGrant } from "../src/index.ts";

const NOW = 1_764_000_000_000;
const grant: KeyGrant = { subject: "ci", issuer: "house", tenant: "acme", permissions: ["chat"], trust: 5, region: "eu" };
const random = (size: number): Uint8Array => randomBytes(size);

async function setup(exp?: number): Promise<{ key: string; keyId: string; store: InMemoryKeyStore; door: ApiKeyAuthenticator }> {
  const store = new InMemoryKeyStore();
  const { key, record } = issueApiKey(grant, { now: NOW, random, ...(exp === undefined ? {} : { exp }) });
  await store.add(record);
  return { key, keyId: record.keyId, store, door: new ApiKeyAuthenticator(store) };
}

/** The reason of the refusal, after checking that the error holds neither the key nor its secret. */
async function reasonOf(door: ApiKeyAuthenticator, key: string, now = NOW): Promise<unknown> {
  try {
    await door.authenticate(key, now);
  } catch (error) {
    if (!isCaioError(error, "Unauthenticated")) throw error;
    const shown = inspect(error, { depth: 20 });
    if (key.length > 20) expect(shown).not.toContain(key.slice(-20));
    return error.details["reason"];
  }
  return "accepted";
}

describe("API keys", () => {
  it("stand for their grant, with the key id as evidence", async () => {
    const { key, keyId, door } = await setup();
    const principal = await door.authenticate(key, NOW);
    expect(principal).toEqual({ ...grant, evidence: { method: "api_key", keyId } });
    expect(verifyAuthentication(principal, NOW, { algorithms: [] }).holds).toBe(true);
  });

  it("are stored neither whole nor in part, and the hash is not that of the bare secret", async () => {
    const { key, store } = await setup();
    const secret = key.slice(-43);
    const stored = JSON.stringify(await store.list());
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain(createHash("sha256").update(secret).digest("hex"));
    expect(stored).not.toContain(createHash("sha256").update(Buffer.from(secret, "base64url")).digest("hex"));
  });

  it("come from the random source alone, 40 bytes", () => {
    const asked: number[] = [];
    const fixed = (size: number): Uint8Array => {
      asked.push(size);
      return new Uint8Array(size).fill(7);
    };
    const { key } = issueApiKey(grant, { now: NOW, random: fixed });
    expect(asked).toEqual([8, 32]);
    expect(key).toBe(`caio_0707070707070707_${Buffer.alloc(32, 7).toString("base64url")}`);
    expect(() => issueApiKey(grant, { now: NOW, random: () => new Uint8Array(1) })).toThrow(/random source/);
  });

  it("end exactly at 1000·exp", async () => {
    const { key, door } = await setup(NOW / 1000 + 10);
    expect(await reasonOf(door, key, NOW + 9_999)).toBe("accepted");
    expect(await reasonOf(door, key, NOW + 10_000)).toBe("expired");
    expect(await reasonOf(door, key, Number.NaN)).toBe("expired");
  });

  it("end when revoked; the first time stands", async () => {
    const { key, keyId, store, door } = await setup();
    await store.revoke(keyId, NOW + 1);
    await store.revoke(keyId, NOW + 2);
    expect((await store.find(keyId))?.revokedAt).toBe(NOW + 1);
    expect(await reasonOf(door, key)).toBe("revoked");
    await expect(store.revoke("0000000000000000", NOW)).rejects.toThrow(/No key with this id/);
  });

  it("say that they are revoked or expired only to who holds the secret", async () => {
    const { key, keyId, store, door } = await setup(1);
    await store.revoke(keyId, NOW);
    const wrong = `caio_${keyId}_${"A".repeat(43)}`;
    expect(await reasonOf(door, wrong)).toBe("unknown_key");
    expect(await reasonOf(door, `caio_0000000000000000_${key.slice(-43)}`)).toBe("unknown_key");
  });

  it("with any one character changed are unknown", async () => {
    const { key, door } = await setup();
    await fc.assert(
      fc.asyncProperty(fc.nat(key.length - 1), fc.constantFrom("A", "b", "0", "_", "-", " ", "é"), async (at, other) => {
        fc.pre(key[at] !== other);
        expect(await reasonOf(door, key.slice(0, at) + other + key.slice(at + 1))).toBe("unknown_key");
      }),
    );
  });

  it("of any other text are unknown", async () => {
    const { key, door } = await setup();
    for (const text of ["", "caio_", `${key}A`, ` ${key}`, key.toUpperCase(), "x".repeat(1_000_000), "caio___proto__________"]) {
      expect(await reasonOf(door, text)).toBe("unknown_key");
    }
  });

  it("may have limits, which can be changed", async () => {
    const store = new InMemoryKeyStore();
    const limits = { budget: { dayMicros: 5 }, requestsPerMinute: 60 };
    const { record } = issueApiKey(grant, { now: NOW, random, limits });
    await store.add(record);
    expect((await store.find(record.keyId))?.limits).toEqual(limits);
    await store.setLimits(record.keyId, { concurrentRequests: 2 });
    expect((await store.find(record.keyId))?.limits).toEqual({ concurrentRequests: 2 });
    await expect(store.setLimits("0000000000000000", {})).rejects.toThrow(/No key with this id/);
  });

  it("have ids that are taken once", async () => {
    const { store } = await setup();
    const [record] = await store.list();
    if (record === undefined) throw new Error("a record was added");
    await expect(store.add(record)).rejects.toThrow(/taken/);
  });
});

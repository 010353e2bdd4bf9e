import { readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";

import { ApiKeyAuthenticator, InMemoryKeyStore, issueApiKey, type KeyGrant, type KeyLimits, type KeyStore } from "@caio/security";
import { describe, expect, it } from "vitest";

import { openSqlStores } from "../src/index.ts";
import { both, inSql } from "./support/both.ts";
import { newFile } from "./support/databases.ts";

const NOW = 1_764_000_000_000;
const grant: KeyGrant = {
  subject: "ci",
  issuer: "house",
  tenant: "acme",
  permissions: ["admin", "chat"],
  trust: 5,
  region: "eu",
  traits: { conservativeMicros: 1, confidentialMicros: 2, riskMicros: 3 },
};
const random = (size: number): Uint8Array => randomBytes(size);
const issue = (more: { readonly exp?: number; readonly limits?: KeyLimits } = {}) => issueApiKey(grant, { now: NOW, random, ...more });

describe.each(both<KeyStore>(() => new InMemoryKeyStore(), (stores) => stores.keys))("a key store in $where", ({ open }) => {
  it("keeps records as they are, by key id", async () => {
    const { port, reopen } = await open();
    const records = [
      issue().record,
      issue({ exp: 1_764_000_001 }).record,
      issue({ limits: {} }).record,
      issue({ limits: { budget: {}, requestsPerMinute: 60 } }).record,
      issue({ limits: { budget: { dayMicros: Number.MAX_SAFE_INTEGER, monthMicros: 0 }, concurrentRequests: 2 } }).record,
    ];
    for (const record of records) await port.add(record);
    const sorted = records.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1));
    const again = await reopen();
    expect(await again.list()).toEqual(sorted);
    for (const record of records) expect(await again.find(record.keyId)).toEqual(record);
    expect(await again.find("0000000000000000")).toBeUndefined();
  });

  it("lets a key in until it is revoked; the first time stands", async () => {
    const { port, reopen } = await open();
    const { key, record } = issue();
    await port.add(record);
    await expect(port.add(record)).rejects.toMatchObject({ code: "InvalidPrincipal" });
    const again = await reopen();
    expect(await new ApiKeyAuthenticator(again).authenticate(key, NOW)).toMatchObject({ tenant: "acme", permissions: ["admin", "chat"] });
    await again.revoke(record.keyId, NOW + 1);
    await again.revoke(record.keyId, NOW + 2);
    expect((await again.find(record.keyId))?.revokedAt).toBe(NOW + 1);
    await expect(new ApiKeyAuthenticator(again).authenticate(key, NOW)).rejects.toThrow(/revoked/);
    await expect(again.revoke("0000000000000000", NOW)).rejects.toMatchObject({ code: "NotFound" });
  });

  it("changes limits, and nothing else", async () => {
    const { port, reopen } = await open();
    const { record } = issue({ limits: { budget: { dayMicros: 5 } } });
    await port.add(record);
    await port.setLimits(record.keyId, { concurrentRequests: 2 });
    const again = await reopen();
    expect(await again.find(record.keyId)).toEqual({ ...record, limits: { concurrentRequests: 2 } });
    await expect(again.setLimits("0000000000000000", {})).rejects.toMatchObject({ code: "NotFound" });
  });
});

describe("a key store in a file", () => {
  it("never writes a key", async () => {
    const file = newFile();
    const stores = await openSqlStores({ file });
    const { key, record } = issue();
    await stores.keys.add(record);
    const written = (): string => [file, `${file}-wal`].map((each) => readFileSync(each).toString("latin1")).join("");
    expect(written()).toContain(record.hash);
    expect(written()).not.toContain(key.slice(-43));
    await stores.close();
  });

});

describe.each(inSql((stores) => stores.keys))("a key store in $where", ({ open }) => {
  it("refuses a grant or a limit that could not be read again", async () => {
    const { port } = await open();
    const { record } = issue();
    await expect(port.add({ ...record, grant: { ...grant, trust: 11 } })).rejects.toMatchObject({ code: "InvalidPrincipal" });
    await expect(port.add({ ...record, limits: { requestsPerMinute: 0.5 } })).rejects.toMatchObject({ code: "NumberOutOfRange" });
    expect(await port.list()).toEqual([]);
  });
});

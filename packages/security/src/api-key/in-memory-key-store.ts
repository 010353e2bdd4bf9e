import { CaioError } from "@caio/core";

import type { KeyLimits, KeyRecord, KeyStore } from "./key-store.ts";

/** Keys in memory: for tests and single processes; everything is gone when the process ends. */
export class InMemoryKeyStore implements KeyStore {
  readonly #records = new Map<string, KeyRecord>();

  find(keyId: string): Promise<KeyRecord | undefined> {
    return Promise.resolve(this.#records.get(keyId));
  }

  add(record: KeyRecord): Promise<void> {
    if (this.#records.has(record.keyId)) {
      return Promise.reject(new CaioError("InvalidPrincipal", "This key id is taken. Issue the key again.", { details: { keyId: record.keyId } }));
    }
    this.#records.set(record.keyId, record);
    return Promise.resolve();
  }

  revoke(keyId: string, now: number): Promise<void> {
    const record = this.#records.get(keyId);
    if (record === undefined) return Promise.reject(noKey(keyId));
    if (record.revokedAt === undefined) this.#records.set(keyId, { ...record, revokedAt: now });
    return Promise.resolve();
  }

  setLimits(keyId: string, limits: KeyLimits): Promise<void> {
    const record = this.#records.get(keyId);
    if (record === undefined) return Promise.reject(noKey(keyId));
    this.#records.set(keyId, { ...record, limits });
    return Promise.resolve();
  }

  list(): Promise<readonly KeyRecord[]> {
    return Promise.resolve([...this.#records.values()].sort((a, b) => (a.keyId < b.keyId ? -1 : 1)));
  }
}

function noKey(keyId: string): CaioError<"NotFound"> {
  return new CaioError("NotFound", "No key with this id. List the keys to find it.", { details: { keyId } });
}

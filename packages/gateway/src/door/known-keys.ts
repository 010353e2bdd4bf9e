import type { KeyLimits, KeyRecord, KeyStore } from "@caio/security";

const UNLIMITED: KeyLimits = {};

/**
 * The keys of the store, and the limits of each as it was last read. Every request looks its key up at the door, so what is remembered is
 * at most one request old, and asking for it again costs nothing.
 */
export class KnownKeys implements KeyStore {
  readonly #store: KeyStore;
  readonly #limits = new Map<string, KeyLimits>();

  constructor(store: KeyStore) {
    this.#store = store;
  }

  async find(keyId: string): Promise<KeyRecord | undefined> {
    const record = await this.#store.find(keyId);
    if (record !== undefined) this.#limits.set(keyId, record.limits ?? UNLIMITED);
    return record;
  }

  /** What a key may use; undefined for a key that nobody has used yet. */
  lastLimits(keyId: string): KeyLimits | undefined {
    return this.#limits.get(keyId);
  }

  add(record: KeyRecord): Promise<void> {
    return this.#store.add(record);
  }

  revoke(keyId: string, now: number): Promise<void> {
    return this.#store.revoke(keyId, now);
  }

  async setLimits(keyId: string, limits: KeyLimits): Promise<void> {
    await this.#store.setLimits(keyId, limits);
    this.#limits.set(keyId, limits);
  }

  list(): Promise<readonly KeyRecord[]> {
    return this.#store.list();
  }
}

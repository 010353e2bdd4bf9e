import type { KeyLimits, KeyRecord, KeyStore } from "@caio/security";

const UNLIMITED: KeyLimits = {};
/** Keys that are remembered; a key that is forgotten is read again. */
const MAX_KNOWN = 10_000;

/**
 * The keys of the store, remembered as they are: every change of this instance goes through here, and of those of others it is told. So the
 * door asks the store once for each key, unless what is remembered may be too old.
 */
export class KnownKeys implements KeyStore {
  readonly #store: KeyStore;
  readonly #isCurrent: () => boolean;
  readonly #known = new Map<string, KeyRecord>();
  /** Ends when the last change that waits for a key has been made. */
  readonly #turns = new Map<string, Promise<void>>();
  /** Counts changes, so that what was read before one is not remembered after it. */
  #changes = 0;

  /** @param isCurrent - whether this instance has heard of the changes of others lately enough; absent: there are no others */
  constructor(store: KeyStore, isCurrent: () => boolean = () => true) {
    this.#store = store;
    this.#isCurrent = isCurrent;
  }

  async find(keyId: string): Promise<KeyRecord | undefined> {
    const known = this.#known.get(keyId);
    if (known !== undefined && this.#isCurrent()) return known;
    const before = this.#changes;
    const record = await this.#store.find(keyId);
    if (record !== undefined && this.#changes === before) this.#remember(record);
    return record;
  }

  /** What a key may use; undefined for a key that nobody has used yet. */
  lastLimits(keyId: string): KeyLimits | undefined {
    const known = this.#known.get(keyId);
    return known === undefined ? undefined : (known.limits ?? UNLIMITED);
  }

  /** Does work on a key when all that was asked before has been done, so that what it reads of the key holds until it ends. */
  async inTurn<T>(keyId: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#turns.get(keyId) ?? Promise.resolve()).then(work);
    const turn = done.then(() => undefined, () => undefined);
    this.#turns.set(keyId, turn);
    try {
      return await done;
    } finally {
      if (this.#turns.get(keyId) === turn) this.#turns.delete(keyId);
    }
  }

  add(record: KeyRecord): Promise<void> {
    return this.#changing(record.keyId, () => this.#store.add(record));
  }

  revoke(keyId: string, now: number): Promise<void> {
    return this.#changing(keyId, () => this.#store.revoke(keyId, now));
  }

  setLimits(keyId: string, limits: KeyLimits): Promise<void> {
    return this.#changing(keyId, () => this.#store.setLimits(keyId, limits));
  }

  list(): Promise<readonly KeyRecord[]> {
    return this.#store.list();
  }

  /** Others have changed keys: each is read again when it is asked for. */
  forgetAll(): void {
    this.#changes += 1;
    this.#known.clear();
  }

  /** Forgets the key before and after: whatever is read meanwhile may be either. */
  async #changing(keyId: string, change: () => Promise<void>): Promise<void> {
    try {
      this.#forget(keyId);
      await change();
    } finally {
      this.#forget(keyId);
    }
  }

  #forget(keyId: string): void {
    this.#changes += 1;
    this.#known.delete(keyId);
  }

  #remember(record: KeyRecord): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(record.keyId, record);
  }
}

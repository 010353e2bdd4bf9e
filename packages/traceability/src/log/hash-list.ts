const HASH_BYTES = 32;
/** Hashes in one block of memory. */
const BLOCK = 256;

/**
 * A growing list of hashes of 32 bytes, in whole blocks of memory: of a log that is kept for years each hash takes its bytes and no
 * more. What goes in and what comes out are copies.
 */
export class HashList {
  readonly #blocks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @param hash - 32 bytes */
  push(hash: Uint8Array): void {
    const at = this.#length % BLOCK;
    if (at === 0) this.#blocks.push(new Uint8Array(BLOCK * HASH_BYTES));
    this.#blocks.at(-1)?.set(hash, at * HASH_BYTES);
    this.#length++;
  }

  /** Undefined where there is none. */
  get(index: number): Uint8Array | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.#length) return undefined;
    const at = (index % BLOCK) * HASH_BYTES;
    return this.#blocks[Math.floor(index / BLOCK)]?.slice(at, at + HASH_BYTES);
  }
}

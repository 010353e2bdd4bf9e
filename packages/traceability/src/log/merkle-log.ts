import {
  CaioError,
  consistencyPath,
  inclusionPath,
  leafHash,
  nodeHash,
  treeRoot,
} from "@caio/core";

import { HashList } from "./hash-list.ts";

/** Size and root of a log at one moment; what a checkpoint signs. */
export interface TreeHead {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/**
 * An append-only Merkle tree in memory (RFC 9162 §2.1). The hash of every complete subtree is kept, so an append costs one
 * hash per subtree that it completes (two on average), and a root or proof at any size O(log n) with no leaf hashed again.
 *
 * @example
 * ```ts
 * import { MerkleLog } from "@caio/traceability";
 *
 * const log = new MerkleLog();
 * log.append("first");
 * log.append("second");
 * log.inclusionProof(0); // one hash: that of the second leaf
 * ```
 */
export class MerkleLog {
  /** By level: hashes of the complete subtrees of 2^level leaves, from the left. */
  readonly #levels: HashList[] = [new HashList()];

  /** How many leaves there are. */
  get size(): number {
    return this.#level(0).length;
  }

  /** Appends an entry and returns its index. */
  append(entry: Uint8Array | string): number {
    return this.appendLeafHash(leafHash(entry));
  }

  /** Appends entries in order and returns the index of the first. */
  appendAll(entries: readonly (Uint8Array | string)[]): number {
    const first = this.size;
    for (const entry of entries) this.append(entry);
    return first;
  }

  /** Appends what is already a leaf hash (32 bytes). */
  appendLeafHash(hash: Uint8Array): number {
    if (hash.length !== 32) throw refuse(`a leaf hash of ${String(hash.length)} bytes`, "32 bytes");
    const index = this.size;
    let right = hash;
    for (let level = 0; ; level++) {
      const hashes = this.#level(level);
      hashes.push(right);
      // An even count means that the last two are now one complete subtree.
      const left = hashes.get(hashes.length - 2);
      if (hashes.length % 2 === 1 || left === undefined) return index;
      right = nodeHash(left, right);
    }
  }

  /** Hash of one leaf. @throws CaioError `InvalidProof` if there is none. */
  leafHash(index: number): Uint8Array {
    return this.#read(0, index);
  }

  /** Hash of the complete subtree over leaves [index·2^level, (index+1)·2^level). @throws CaioError `InvalidProof` if it is not complete. */
  subtreeHash(level: number, index: number): Uint8Array {
    return this.#read(level, index);
  }

  /** Size and root, of the whole log or of its first `size` leaves. @throws CaioError `InvalidProof` past the end. */
  head(size: number = this.size): TreeHead {
    this.#requireSize(size);
    return { size, root: treeRoot(size, (level, index) => this.#read(level, index)) };
  }

  /** Proof that leaf `index` is in the tree of `size` leaves, lowest hash first. @throws CaioError `InvalidProof` */
  inclusionProof(index: number, size: number = this.size): Uint8Array[] {
    this.#requireSize(size);
    return inclusionPath(index, size, (level, at) => this.#read(level, at));
  }

  /** Proof that the tree of `first` leaves is a prefix of that of `second`. @throws CaioError `InvalidProof` */
  consistencyProof(first: number, second: number = this.size): Uint8Array[] {
    this.#requireSize(second);
    return consistencyPath(first, second, (level, index) => this.#read(level, index));
  }

  #level(level: number): HashList {
    const known = this.#levels[level];
    if (known !== undefined) return known;
    const added = new HashList();
    this.#levels[level] = added;
    return added;
  }

  /** A copy: nobody can write into the tree. */
  #read(level: number, index: number): Uint8Array {
    const hash = this.#levels[level]?.get(index);
    if (hash === undefined) throw refuse(`subtree ${String(index)} at level ${String(level)}`, "one within the log");
    return hash;
  }

  #requireSize(size: number): void {
    if (Number.isSafeInteger(size) && size >= 0 && size <= this.size) return;
    throw refuse(`a tree of ${String(size)} leaves`, `at most ${String(this.size)}`);
  }
}

function refuse(found: string, expected: string): CaioError<"InvalidProof"> {
  return new CaioError("InvalidProof", `Found ${found}, expected ${expected}.`, { details: { found, expected } });
}

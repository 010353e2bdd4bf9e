import { bitAt, bitsOf, commonBits, type BitString } from "./bit-string.ts";
import { sha256 } from "./digest.ts";
import { CaioError } from "./errors.ts";
import {
  branch,
  childOf,
  countOf,
  leaf,
  leavesOf,
  nodeDigest,
  prefixOf,
  subtree,
  withChild,
  type RadixBranch,
  type RadixEncoder,
  type RadixLeaf,
  type RadixNode,
} from "./radix-node.ts";

/** Longer keys are refused: the length of a prefix in bits must fit in 16 bits. */
const MAX_KEY_BYTES = 8191;
const EMPTY_ROOT = sha256(new Uint8Array([0x02]));

/** A key and its value. The key is the trie's own: not to be written to. */
export interface RadixEntry<V> {
  readonly key: Uint8Array;
  readonly value: V;
}

/** The way from the top to where a key is or would be. */
interface Descent<V> {
  readonly branches: readonly RadixBranch<V>[];
  readonly end: RadixNode<V> | undefined;
  /** Leading bits that the key shares with what all keys below `end` have in common. */
  readonly common: number;
}

/**
 * The canonical compressed binary Merkle radix trie (certificate, Tries): a map from byte keys, none a prefix of another,
 * to values, with a root that depends on the content alone. Immutable: an edit returns a new trie that shares all but one
 * path with the old one, in O(depth).
 *
 * leaf = SHA-256(0x00 ‖ u16 |K| ‖ K ‖ encode(value)); node = SHA-256(0x01 ‖ u16 bits(p) ‖ p zero-padded ‖ left ‖ right),
 * where p is the longest common bit prefix of all keys below and |K| is in bytes; the empty trie is SHA-256(0x02).
 * Digests are computed when a root or a proof is asked for, and kept.
 *
 * @example
 * ```ts
 * import { RadixTrie, toHex } from "@caio/core";
 *
 * const empty = RadixTrie.empty((text: string) => Buffer.from(text));
 * const one = empty.insert(Buffer.from("key"), "value");
 * toHex(one.delete(Buffer.from("key")).root) === toHex(empty.root); // true
 * ```
 */
export class RadixTrie<V> {
  /** The node at the top, from which proofs are made. Never changed but for the memo of its digests. */
  readonly top: RadixNode<V> | undefined;
  /** What a leaf commits to, apart from its key. */
  readonly encode: RadixEncoder<V>;

  private constructor(top: RadixNode<V> | undefined, encode: RadixEncoder<V>) {
    this.top = top;
    this.encode = encode;
  }

  /** The trie without keys. `encode` gives the bytes of a value that its leaf commits to; it must be pure. */
  static empty<V>(encode: RadixEncoder<V>): RadixTrie<V> {
    return new RadixTrie(undefined, encode);
  }

  /** The number of keys. */
  get size(): number {
    return this.top === undefined ? 0 : countOf(this.top);
  }

  /** 32 bytes. Hashes only what no root or proof has hashed before. */
  get root(): Uint8Array {
    return new Uint8Array(this.top === undefined ? EMPTY_ROOT : nodeDigest(this.top, this.encode));
  }

  /** Nodes that the next `root` would hash: after one edit at most depth + 2. */
  get unhashed(): number {
    let count = 0;
    const waiting = this.top === undefined ? [] : [this.top];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.digest !== undefined) continue;
      count++;
      if (node.kind === "branch") waiting.push(node.left, node.right);
    }
    return count;
  }

  /** The value of the key. */
  get(key: Uint8Array): V | undefined {
    return this.#find(key)?.value;
  }

  has(key: Uint8Array): boolean {
    return this.#find(key) !== undefined;
  }

  /** Entries whose key begins with the prefix (all without one), in the order of their keys. */
  *entries(prefix?: BitString): Generator<RadixEntry<V>, undefined> {
    const node = prefix === undefined ? this.top : subtree(this.top, prefix);
    for (const { key, value } of leavesOf(node)) yield { key, value };
  }

  /** How many keys begin with the prefix, in O(depth). */
  count(prefix: BitString): number {
    const node = subtree(this.top, prefix);
    return node === undefined ? 0 : countOf(node);
  }

  /**
   * The trie with one key more.
   *
   * @throws CaioError `NotCanonical` if the key is there, is empty or over 8191 bytes, or is a prefix of another or another of it.
   */
  insert(key: Uint8Array, value: V): RadixTrie<V> {
    if (key.length === 0 || key.length > MAX_KEY_BYTES) {
      throw refuse(`a key of ${String(key.length)} bytes`, `1 to ${String(MAX_KEY_BYTES)} bytes`);
    }
    const { branches, end, common } = this.#descend(key);
    const fresh = leaf(new Uint8Array(key), value);
    if (end === undefined) return this.#with(branches, key, fresh);
    const bits = key.length * 8;
    if (common === bits || common === prefixOf(end).length) {
      throw refuse("a key that is there already or is a prefix of another", "keys of which none begins with another");
    }
    const prefix = { bytes: fresh.key, length: common };
    const added = bitAt(key, common) === 0 ? branch(prefix, fresh, end) : branch(prefix, end, fresh);
    return this.#with(branches, key, added);
  }

  /** The trie with another value at the key. @throws CaioError `NotFound` */
  replace(key: Uint8Array, value: V): RadixTrie<V> {
    const { branches, end } = this.#descend(key);
    const found = this.#require(key, end);
    return this.#with(branches, key, leaf(found.key, value));
  }

  /** The trie without the key. @throws CaioError `NotFound` */
  delete(key: Uint8Array): RadixTrie<V> {
    const { branches, end } = this.#descend(key);
    this.#require(key, end);
    const parent = branches.at(-1);
    if (parent === undefined) return new RadixTrie<V>(undefined, this.encode);
    const sibling = childOf(parent, bitAt(key, parent.prefix.length) === 0 ? 1 : 0);
    return this.#with(branches.slice(0, -1), key, sibling);
  }

  #find(key: Uint8Array): RadixLeaf<V> | undefined {
    const node = subtree(this.top, bitsOf(key));
    return node?.kind === "leaf" && node.key.length === key.length ? node : undefined;
  }

  #descend(key: Uint8Array): Descent<V> {
    const branches: RadixBranch<V>[] = [];
    const bits = key.length * 8;
    let node = this.top;
    let common = 0;
    while (node !== undefined) {
      const own = prefixOf(node);
      common = commonBits(own.bytes, key, Math.min(own.length, bits), common);
      if (node.kind === "leaf" || common < own.length || own.length >= bits) break;
      branches.push(node);
      node = childOf(node, bitAt(key, own.length));
    }
    return { branches, end: node, common };
  }

  #require(key: Uint8Array, end: RadixNode<V> | undefined): RadixLeaf<V> {
    if (end?.kind === "leaf" && Buffer.compare(end.key, key) === 0) return end;
    throw new CaioError("NotFound", "Found no such key in the trie, expected one that was inserted.");
  }

  /** The trie in which `node` stands at the end of the way down. */
  #with(branches: readonly RadixBranch<V>[], key: Uint8Array, node: RadixNode<V>): RadixTrie<V> {
    const top = branches.reduceRight<RadixNode<V>>(
      (child, parent) => withChild(parent, bitAt(key, parent.prefix.length), child),
      node,
    );
    return new RadixTrie<V>(top, this.encode);
  }
}

function refuse(found: string, expected: string): CaioError<"NotCanonical"> {
  return new CaioError("NotCanonical", `Found ${found}, expected ${expected}.`, { details: { found, expected } });
}

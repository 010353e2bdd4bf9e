import { bitAt, commonBits, paddedBytes, type BitString } from "./bit-string.ts";
import { sha256 } from "./digest.ts";

/** One key with its value. */
export interface RadixLeaf<V> {
  readonly kind: "leaf";
  readonly key: Uint8Array;
  readonly value: V;
  /** Memo of `nodeDigest`. */
  digest: Uint8Array | undefined;
}

/** Two children that differ in the bit after the prefix. */
export interface RadixBranch<V> {
  readonly kind: "branch";
  /** The longest common bit prefix of all keys below. Its bytes may run on past its length. */
  readonly prefix: BitString;
  readonly left: RadixNode<V>;
  readonly right: RadixNode<V>;
  /** Keys below. */
  readonly count: number;
  /** Memo of `nodeDigest`. */
  digest: Uint8Array | undefined;
}

export type RadixNode<V> = RadixLeaf<V> | RadixBranch<V>;

/** The bytes of a value that its leaf commits to. */
export type RadixEncoder<V> = (value: V) => Uint8Array;

const LEAF = 0x00;
const BRANCH = 0x01;

export function leaf<V>(key: Uint8Array, value: V): RadixLeaf<V> {
  return { kind: "leaf", key, value, digest: undefined };
}

export function branch<V>(prefix: BitString, left: RadixNode<V>, right: RadixNode<V>): RadixBranch<V> {
  return { kind: "branch", prefix, left, right, count: countOf(left) + countOf(right), digest: undefined };
}

/** The branch with its child on the side of `bit` replaced. */
export function withChild<V>(parent: RadixBranch<V>, bit: 0 | 1, child: RadixNode<V>): RadixBranch<V> {
  return bit === 0 ? branch(parent.prefix, child, parent.right) : branch(parent.prefix, parent.left, child);
}

export function childOf<V>(parent: RadixBranch<V>, bit: 0 | 1): RadixNode<V> {
  return bit === 0 ? parent.left : parent.right;
}

export function countOf(node: RadixNode<unknown>): number {
  return node.kind === "leaf" ? 1 : node.count;
}

/** What all keys below have in common: the prefix of a branch, the whole key of a leaf. */
export function prefixOf(node: RadixNode<unknown>): BitString {
  return node.kind === "branch" ? node.prefix : { bytes: node.key, length: node.key.length * 8 };
}

/** The highest node below which every key, and no other key of the tree, begins with `prefix`. */
export function subtree<V>(root: RadixNode<V> | undefined, prefix: BitString): RadixNode<V> | undefined {
  let node = root;
  while (node !== undefined) {
    const own = prefixOf(node);
    const limit = Math.min(own.length, prefix.length);
    if (commonBits(own.bytes, prefix.bytes, limit) < limit) return undefined;
    if (own.length >= prefix.length) return node;
    if (node.kind === "leaf") return undefined;
    node = childOf(node, bitAt(prefix.bytes, own.length));
  }
  return undefined;
}

/** The leaves below in the order of their keys. */
export function* leavesOf<V>(root: RadixNode<V> | undefined): Generator<RadixLeaf<V>, undefined> {
  const waiting = root === undefined ? [] : [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.kind === "leaf") yield node;
    else waiting.push(node.right, node.left);
  }
}

/**
 * The digest of a node (certificate, Tries), computed once and kept. Only what was never hashed is hashed: after an edit,
 * the new nodes on one path. No recursion, so that no depth exhausts the stack.
 */
export function nodeDigest<V>(root: RadixNode<V>, encode: RadixEncoder<V>): Uint8Array {
  const waiting = [root];
  for (let node = waiting.at(-1); node !== undefined; node = waiting.at(-1)) {
    if (node.digest !== undefined) {
      waiting.pop();
    } else if (node.kind === "leaf") {
      node.digest = leafDigest(node.key, encode(node.value));
    } else if (node.left.digest !== undefined && node.right.digest !== undefined) {
      node.digest = branchDigest(node.prefix, node.left.digest, node.right.digest);
    } else {
      waiting.push(node.left, node.right);
    }
  }
  return root.digest ?? nodeDigest(root, encode);
}

/** SHA-256(0x00 ‖ u16 |K| ‖ K ‖ rest). */
function leafDigest(key: Uint8Array, rest: Uint8Array): Uint8Array {
  const input = new Uint8Array(3 + key.length + rest.length);
  input[0] = LEAF;
  input[1] = key.length >>> 8;
  input[2] = key.length & 0xff;
  input.set(key, 3);
  input.set(rest, 3 + key.length);
  return sha256(input);
}

/** SHA-256(0x01 ‖ u16 bits(p) ‖ p zero-padded ‖ left ‖ right). */
function branchDigest(prefix: BitString, left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = paddedBytes(prefix);
  const input = new Uint8Array(3 + bytes.length + 64);
  input[0] = BRANCH;
  input[1] = prefix.length >>> 8;
  input[2] = prefix.length & 0xff;
  input.set(bytes, 3);
  input.set(left, 3 + bytes.length);
  input.set(right, 35 + bytes.length);
  return sha256(input);
}

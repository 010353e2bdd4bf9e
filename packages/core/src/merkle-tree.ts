import { sha256 } from "./digest.ts";
import { CaioError } from "./errors.ts";

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

/** Leaf hash: SHA-256(0x00 ‖ entry) (RFC 9162 §2.1.1). */
export function leafHash(entry: Uint8Array | string): Uint8Array {
  return sha256(LEAF, entry);
}

/** Node hash: SHA-256(0x01 ‖ left ‖ right) (RFC 9162 §2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE, left, right);
}

/** Reads the hash of the complete subtree over leaves [index·2^level, (index+1)·2^level). */
export type SubtreeReader = (level: number, index: number) => Uint8Array;

/**
 * Root of the first `size` leaves (RFC 9162 §2.1.1), 32 bytes. The empty tree's is SHA-256("").
 *
 * @throws CaioError `InvalidProof` if `size` is no count.
 */
export function treeRoot(size: number, read: SubtreeReader): Uint8Array {
  requireIndex(isCount(size), `size ${String(size)}`);
  return size === 0 ? sha256("") : rangeHash(0, size, read);
}

/**
 * Audit path of leaf `index` in the tree of `size` leaves, lowest first (RFC 9162 §2.1.3.1).
 *
 * @throws CaioError `InvalidProof` if there is no such leaf.
 */
export function inclusionPath(index: number, size: number, read: SubtreeReader): Uint8Array[] {
  requireIndex(isCount(index) && isCount(size) && index < size, `leaf ${String(index)} of ${String(size)}`);
  const path: Uint8Array[] = [];
  let low = 0;
  let high = size;
  while (high - low > 1) {
    const split = low + splitPoint(high - low);
    if (index < split) {
      path.push(rangeHash(split, high, read));
      high = split;
    } else {
      path.push(rangeHash(low, split, read));
      low = split;
    }
  }
  return path.reverse();
}

/**
 * Proof that the tree of `first` leaves is a prefix of that of `second` (RFC 9162 §2.1.4.1). Empty if the sizes are equal
 * or `first` is 0: every tree continues the empty one, so there is nothing to prove.
 *
 * @throws CaioError `InvalidProof` if `first` is larger than `second`.
 */
export function consistencyPath(first: number, second: number, read: SubtreeReader): Uint8Array[] {
  requireIndex(isCount(first) && isCount(second) && first <= second, `sizes ${String(first)} and ${String(second)}`);
  if (first === 0 || first === second) return [];
  const path: Uint8Array[] = [];
  let low = 0;
  let high = second;
  let whole = true;
  while (first !== high) {
    const split = low + splitPoint(high - low);
    if (first <= split) {
      path.push(rangeHash(split, high, read));
      high = split;
    } else {
      path.push(rangeHash(low, split, read));
      low = split;
      whole = false;
    }
  }
  if (!whole) path.push(rangeHash(low, high, read));
  return path.reverse();
}

/** True if `path` leads from the leaf hash to the root (RFC 9162 §2.1.3.2). Never throws. */
export function verifyInclusionPath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, ...path])) return false;
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && sameBytes(hash, root);
}

/**
 * True if the first root's tree is a prefix of the second's (RFC 9162 §2.1.4.2). Never throws. From the empty tree to a
 * larger one nothing is proved, so the answer is false: compare its root with SHA-256("") instead.
 */
export function verifyConsistencyPath(
  first: number,
  second: number,
  path: readonly Uint8Array[],
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
): boolean {
  if (!isCount(first) || !isCount(second) || first > second) return false;
  if (first === second) {
    return path.length === 0 && sameBytes(firstRoot, secondRoot) && (first > 0 || isEmptyRoot(firstRoot));
  }
  if (first === 0 || !areHashes([firstRoot, secondRoot, ...path])) return false;
  const steps = isPowerOfTwo(first) ? [firstRoot, ...path] : [...path];
  const start = steps.shift();
  if (start === undefined || path.length === 0) return false;
  let fn = first - 1;
  let sn = second - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  let older = start;
  let newer = start;
  for (const step of steps) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      older = nodeHash(step, older);
      newer = nodeHash(step, newer);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else {
      newer = nodeHash(newer, step);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && sameBytes(older, firstRoot) && sameBytes(newer, secondRoot);
}

function rangeHash(low: number, high: number, read: SubtreeReader): Uint8Array {
  const width = high - low;
  if (isPowerOfTwo(width)) return read(Math.log2(width), low / width);
  const split = low + splitPoint(width);
  return nodeHash(rangeHash(low, split, read), rangeHash(split, high, read));
}

/** The largest power of two below n. */
function splitPoint(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

function isPowerOfTwo(n: number): boolean {
  let power = 1;
  while (power < n) power *= 2;
  return power === n;
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function isEmptyRoot(root: Uint8Array): boolean {
  return sameBytes(root, sha256(""));
}

/** Only whole hashes: the concatenation inside a node is unambiguous then. */
function areHashes(path: readonly Uint8Array[]): boolean {
  return path.every((hash) => hash.length === 32);
}

function requireIndex(holds: boolean, found: string): void {
  if (!holds) {
    throw new CaioError("InvalidProof", `Found ${found}, expected a leaf or size within the tree.`, { details: { found } });
  }
}

import { equalBytes, fromHex } from "../bytes/bytes.ts";
import { sha256 } from "../bytes/sha256.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** RFC 9162 §2.1.1: the hash of one entry. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(LEAF, entry);
}

/** What an inclusion proof says; hashes are 32 bytes. */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** RFC 9162 §2.1.3.2. False for any claim that does not hold, whatever it is made of. */
export function verifyInclusion({ index, size, leafHash: leaf, proof, root }: InclusionClaim): boolean {
  if (!isIndex(index) || !isIndex(size) || index >= size || !areHashes([leaf, ...proof])) return false;
  let hash = leaf;
  const climbed = climb(index, size - 1, proof, (sibling, left) => {
    hash = left ? sha256(NODE, sibling, hash) : sha256(NODE, hash, sibling);
  });
  return climbed && equalBytes(hash, root);
}

/** Goes up from a node with one sibling a level, which stands left or right of it; whether it ends at the root. */
function climb(from: number, end: number, siblings: readonly Uint8Array[], step: (sibling: Uint8Array, left: boolean) => void): boolean {
  let [node, last] = [from, end];
  for (const sibling of siblings) {
    if (last === 0) return false;
    const left = node % 2 === 1 || node === last;
    step(sibling, left);
    while (left && node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    [node, last] = [half(node), half(last)];
  }
  return last === 0;
}

/** What a consistency proof says of two sizes of one log. */
export interface ConsistencyClaim {
  readonly size1: number;
  readonly size2: number;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** RFC 9162 §2.1.4.2: between equal sizes only the empty proof; of the empty log there is nothing to prove. */
export function verifyConsistency({ size1, size2, root1, root2, proof }: ConsistencyClaim): boolean {
  if (!isIndex(size1) || !isIndex(size2) || size1 === 0 || size1 > size2 || !areHashes(proof)) return false;
  if (size1 === size2) return proof.length === 0 && equalBytes(root1, root2);
  let node = size1 - 1;
  let last = size2 - 1;
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  const path = node === 0 ? [root1, ...proof] : proof;
  const [start] = path;
  if (start === undefined) return false;
  let [first, second] = [start, start];
  const climbed = climb(node, last, path.slice(1), (sibling, left) => {
    if (left) first = sha256(NODE, sibling, first);
    second = left ? sha256(NODE, sibling, second) : sha256(NODE, second, sibling);
  });
  return climbed && equalBytes(first, root1) && equalBytes(second, root2);
}

/** Hashes of a proof from hex; undefined where one is no hash or there are more than a tree of 2⁵³ leaves can need. */
export function proofHashes(texts: readonly string[]): Uint8Array[] | undefined {
  const hashes = texts.length > 64 ? [] : texts.map(fromHex).filter((hash) => hash?.length === 32);
  return hashes.length === texts.length ? hashes.filter((hash) => hash !== undefined) : undefined;
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function isIndex(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.length <= 130 && hashes.every((hash) => hash.length === 32);
}

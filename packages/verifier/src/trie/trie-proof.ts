import { fromHex } from "../bytes/bytes.ts";
import { sha256 } from "../bytes/sha256.ts";
import type { ProofNode } from "../shape/certificate-shape.ts";

/** Branches above one another; a registry of real names has a few dozen. */
const MAX_BRANCHES = 2048;

export interface TrieLeaf {
  readonly key: Uint8Array;
  readonly rest: Uint8Array;
}

export interface TrieReading {
  readonly root: Uint8Array;
  /** The opened leaves, in the order of their keys. */
  readonly leaves: readonly TrieLeaf[];
}

/** What a node must continue: the first `length` bits of `bits`, then `side`. */
interface Place {
  readonly bits: Uint8Array;
  readonly length: number;
  readonly side: 0 | 1;
  readonly depth: number;
}

/**
 * Reads a proof for the query q under the rules of certificate §5: all that is compatible with q is opened, nothing else
 * below the top is. The caller compares the root.
 * @throws TypeError that says which rule is broken.
 */
export function readTrieProof(nodes: readonly ProofNode[], query: Uint8Array, restLength: number): TrieReading {
  if (nodes.length === 0) return { root: sha256(Uint8Array.of(2)), leaves: [] };
  const leaves: TrieLeaf[] = [];
  let at = 0;
  const read = (place: Place | undefined): Uint8Array => {
    const node = nodes[at++];
    if (node === undefined) throw new TypeError("a trie proof ends too early");
    const closed = place !== undefined && differs(place, query);
    if ("digest" in node) {
      if (!closed) throw new TypeError("a trie proof hides what the query could reach");
      return bytesOf(node.digest);
    }
    if (closed) throw new TypeError("a trie proof opens what the query cannot reach");
    return "key" in node ? leaf(node, place) : branch(node, place);
  };
  const leaf = (node: { readonly key: string; readonly rest: string }, place: Place | undefined): Uint8Array => {
    const [key, rest] = [bytesOf(node.key), bytesOf(node.rest)];
    if (rest.length !== restLength) throw new TypeError("a leaf of a trie proof has a value of the wrong length");
    continues(key, key.length * 8, place);
    leaves.push({ key, rest });
    return sha256(Uint8Array.of(0, key.length >> 8, key.length), key, rest);
  };
  const branch = (node: { readonly bits: number; readonly prefix: string }, place: Place | undefined): Uint8Array => {
    const { bits: length } = node;
    const bits = bytesOf(node.prefix);
    if (bits.length !== Math.ceil(length / 8)) throw new TypeError("a branch of a trie proof has a prefix of another length");
    if (length % 8 > 0 && ((bits[bits.length - 1] ?? 0) << length % 8) % 256 !== 0) throw new TypeError("padding bits are not zero");
    continues(bits, length, place);
    const depth = (place?.depth ?? 0) + 1;
    if (depth > MAX_BRANCHES) throw new TypeError("a trie proof is too deep");
    const left = read({ bits, length, side: 0, depth });
    const right = read({ bits, length, side: 1, depth });
    return sha256(Uint8Array.of(1, length >> 8, length), bits, left, right);
  };
  const root = read(undefined);
  if (at !== nodes.length) throw new TypeError("a trie proof goes on after its end");
  return { root, leaves };
}

/** True if all bytes of the prefix begin the key. */
export function beginsWith(key: Uint8Array, prefix: Uint8Array): boolean {
  return key.length >= prefix.length && prefix.every((byte, at) => byte === key[at]);
}

function differs(place: Place, query: Uint8Array): boolean {
  const length = query.length * 8;
  if (!agree(place.bits, query, Math.min(place.length, length))) return true;
  return place.length < length && bitOf(query, place.length) !== place.side;
}

function continues(bits: Uint8Array, length: number, place: Place | undefined): void {
  if (place === undefined) return;
  const holds = length > place.length && agree(bits, place.bits, place.length) && bitOf(bits, place.length) === place.side;
  if (!holds) throw new TypeError("a node of a trie proof does not continue its parent");
}

function agree(a: Uint8Array, b: Uint8Array, length: number): boolean {
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false;
  return length % 8 === 0 || (((a[whole] ?? 0) ^ (b[whole] ?? 0)) >> (8 - (length % 8))) === 0;
}

function bitOf(bits: Uint8Array, at: number): number {
  return ((bits[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
}

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined || bytes.length > 0xffff) throw new TypeError("a trie proof holds what is no hex");
  return bytes;
}

import { bitsOf, RadixTrie, sha256, type BitString, type RadixNode } from "@caio/core";

/** What a shard of a registry says of itself: what all its keys have in common, the root of its own trie, and how many keys it has. */
export interface ShardHead {
  readonly prefix: BitString;
  readonly root: Uint8Array;
  readonly keys: number;
}

/** The head of a shard that holds these keys alone; undefined if it holds none. */
export function shardHead<Value>(trie: RadixTrie<Value>): ShardHead | undefined {
  return trie.top === undefined ? undefined : { prefix: prefixOf(trie.top), root: trie.root, keys: trie.size };
}

/**
 * The root of the one trie over the keys of all shards, from their heads alone. A node is hashed with its whole prefix (certificate, Tries), so that
 * the root of a shard that holds exactly the keys below some prefix is the node of the whole trie at that place; what is above is hashed here. A
 * proof against the root of a shard becomes one against this root by the nodes on the way, and no checker sees a difference.
 *
 * @throws if the keys of one shard lie among those of another
 */
export function rootOfRoots(heads: readonly ShardHead[]): Uint8Array {
  const sorted = [...heads].sort((a, b) => Buffer.compare(a.prefix.bytes, b.prefix.bytes) || a.prefix.length - b.prefix.length);
  return sorted.length === 0 ? RadixTrie.empty(() => new Uint8Array()).root : rootOver(sorted);
}

function rootOver(sorted: readonly ShardHead[]): Uint8Array {
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) throw new Error("There is no shard.");
  if (sorted.length === 1) return first.root;
  const common = commonLength(first.prefix, last.prefix);
  if (sorted.some(({ prefix }) => prefix.length <= common)) throw new Error("The keys of one shard lie among those of another: give every shard all keys below one prefix.");
  const split = sorted.findIndex(({ prefix }) => bitAt(prefix.bytes, common) === 1);
  const bytes = padded(first.prefix.bytes, common);
  return sha256(Buffer.concat([Uint8Array.of(0x01, common >>> 8, common & 0xff), bytes, rootOver(sorted.slice(0, split)), rootOver(sorted.slice(split))]));
}

function prefixOf(node: RadixNode<unknown>): BitString {
  return node.kind === "branch" ? { bytes: padded(node.prefix.bytes, node.prefix.length), length: node.prefix.length } : bitsOf(node.key);
}

function commonLength(a: BitString, b: BitString): number {
  const limit = Math.min(a.length, b.length);
  for (let at = 0; at < limit; at++) if (bitAt(a.bytes, at) !== bitAt(b.bytes, at)) return at;
  return limit;
}

function bitAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1;
}

/** The first bits as whole bytes, the rest of the last one nought. */
function padded(bytes: Uint8Array, length: number): Uint8Array {
  const copy = Uint8Array.from(bytes.subarray(0, Math.ceil(length / 8)));
  const last = copy.length - 1;
  if (length % 8 !== 0) copy[last] = (copy[last] ?? 0) & (0xff << (8 - (length % 8)));
  return copy;
}

import { bitAt, commonBits, paddedBytes, type BitString } from "./bit-string.ts";
import { toHex, type Digest } from "./digest.ts";
import { nodeDigest, type RadixBranch, type RadixNode } from "./radix-node.ts";
import type { RadixTrie } from "./radix-trie.ts";

/** A node shown: `prefix` is the common bit prefix of all keys below as zero-padded hex, `bits` its length in bits. */
export interface OpenedBranch {
  readonly bits: number;
  readonly prefix: string;
}

/** A leaf shown: its whole key and the bytes it commits to beside it, both hex. */
export interface OpenedLeaf {
  readonly key: string;
  readonly rest: string;
}

/** A subtree that is not shown, by its digest. */
export interface ClosedNode {
  readonly digest: Digest;
}

/** The nodes in pre-order: each opened branch, then its left subtree, then its right one. Empty for the empty trie. */
export type PrefixProof = readonly (OpenedBranch | OpenedLeaf | ClosedNode)[];

/**
 * Proof of which keys begin with the bits `q`, none left out (certificate, Tries). The top is always opened. Below a branch
 * with prefix p, the child at bit b stands as a digest exactly if p ‖ b differs from q within |q| bits; every other child
 * is opened, down to the leaves. So a proof shows all leaves under q, or that there is none.
 *
 * The reader recomputes the root, and checks that the prefix or key of each opened node continues its parent's p ‖ b, that
 * padding is zero, and that a digest stands only where it may.
 *
 * @example
 * ```ts
 * import { bitsOf, provePrefix, RadixTrie } from "@caio/core";
 *
 * const trie = RadixTrie.empty((text: string) => Buffer.from(text)).insert(Buffer.from("ab"), "x");
 * provePrefix(trie, bitsOf(Buffer.from("a"))); // [{ key: "6162", rest: "78" }]
 * ```
 */
export function provePrefix<V>(trie: RadixTrie<V>, q: BitString): PrefixProof {
  const proof: (OpenedBranch | OpenedLeaf | ClosedNode)[] = [];
  const waiting: { readonly node: RadixNode<V>; readonly open: boolean }[] = [];
  if (trie.top !== undefined) waiting.push({ node: trie.top, open: true });
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, open } = next;
    if (!open) {
      proof.push({ digest: toHex(nodeDigest(node, trie.encode)) });
    } else if (node.kind === "leaf") {
      proof.push({ key: toHex(node.key), rest: toHex(trie.encode(node.value)) });
    } else {
      proof.push({ bits: node.prefix.length, prefix: toHex(paddedBytes(node.prefix)) });
      waiting.push({ node: node.right, open: mayContinue(node, 1, q) }, { node: node.left, open: mayContinue(node, 0, q) });
    }
  }
  return proof;
}

/** True if p ‖ bit agrees with q within |q| bits. */
function mayContinue(node: RadixBranch<unknown>, bit: 0 | 1, q: BitString): boolean {
  const { bytes, length } = node.prefix;
  const limit = Math.min(length, q.length);
  if (commonBits(bytes, q.bytes, limit) < limit) return false;
  return length >= q.length || bitAt(q.bytes, length) === bit;
}

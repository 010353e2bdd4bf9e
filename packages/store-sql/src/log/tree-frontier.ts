import { fromHex, nodeHash, sha256, toHex } from "@caio/core";

const HASH_DIGITS = 64;

/**
 * The right edge of an append-only Merkle tree (RFC 9162 §2.1): the hashes of its complete subtrees, largest first, which is
 * all that is needed to append and to know the root. Immutable.
 */
export class TreeFrontier {
  static readonly empty: TreeFrontier = new TreeFrontier(0, []);

  readonly size: number;
  readonly #peaks: readonly Uint8Array[];

  private constructor(size: number, peaks: readonly Uint8Array[]) {
    this.size = size;
    this.#peaks = peaks;
  }

  /** The frontier of its text form, undefined if the text is not that of a tree of this size. */
  static parse(size: number, peaks: string): TreeFrontier | undefined {
    if (!/^(?:[0-9a-f]{64})*$/.test(peaks) || peaks.length !== HASH_DIGITS * bitCount(size)) return undefined;
    const hashes = Array.from({ length: peaks.length / HASH_DIGITS }, (_, at) => {
      return fromHex(peaks.slice(at * HASH_DIGITS, (at + 1) * HASH_DIGITS));
    });
    return new TreeFrontier(size, hashes);
  }

  /** The tree with these leaf hashes after its own. */
  appendLeaves(leaves: readonly Uint8Array[]): TreeFrontier {
    const peaks = [...this.#peaks];
    let size = this.size;
    for (const leaf of leaves) {
      let hash = leaf;
      // Each trailing one bit of the old size is a complete subtree that the new leaf doubles.
      for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
        const left = peaks.pop();
        if (left !== undefined) hash = nodeHash(left, hash);
      }
      peaks.push(hash);
      size += 1;
    }
    return new TreeFrontier(size, peaks);
  }

  /** Root of the tree, in hex; of an empty one SHA-256 of nothing. */
  get root(): string {
    const last = this.#peaks.at(-1);
    if (last === undefined) return toHex(sha256());
    return toHex(this.#peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last));
  }

  /** The peaks in hex, one after another. */
  get peaks(): string {
    return this.#peaks.map(toHex).join("");
  }
}

function bitCount(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

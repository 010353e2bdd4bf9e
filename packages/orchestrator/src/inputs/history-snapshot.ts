import {
  bitsOf,
  canonicalJson,
  provePrefix,
  RadixTrie,
  sha256,
  toHex,
  type Digest,
  type JsonObject,
  type PrefixProof,
} from "@caio/core";
import { toWire, type Candidate, type History, type HistoryLeaf } from "@caio/contracts";

/**
 * H as a decision reads it: one version with its leaves by pair and the Merkle root that commits to them (certificate §6).
 * Immutable; the next version shares all leaves that did not change.
 */
export class HistorySnapshot {
  readonly history: History;
  readonly #leaves: ReadonlyMap<string, HistoryLeaf>;
  readonly #trie: RadixTrie<HistoryLeaf>;

  private constructor(history: History, leaves: ReadonlyMap<string, HistoryLeaf>, trie: RadixTrie<HistoryLeaf>) {
    this.history = history;
    this.#leaves = leaves;
    this.#trie = trie;
  }

  /** The snapshot of a version. */
  static of(history: History): HistorySnapshot {
    const leaves = new Map<string, HistoryLeaf>();
    let trie = RadixTrie.empty(commitToLeaf);
    for (const leaf of history.leaves) {
      leaves.set(pairKey(leaf), leaf);
      trie = trie.insert(historyKey(leaf), leaf);
    }
    return new HistorySnapshot(history, leaves, trie);
  }

  /** The snapshot of a later version: only leaves that are not the same object are hashed again. */
  next(history: History): HistorySnapshot {
    const leaves = new Map<string, HistoryLeaf>();
    let trie = this.#trie;
    for (const leaf of history.leaves) {
      const key = pairKey(leaf);
      const before = this.#leaves.get(key);
      leaves.set(key, leaf);
      if (before === leaf) continue;
      trie = before === undefined ? trie.insert(historyKey(leaf), leaf) : trie.replace(historyKey(leaf), leaf);
    }
    for (const [key, leaf] of this.#leaves) if (!leaves.has(key)) trie = trie.delete(historyKey(leaf));
    return new HistorySnapshot(history, leaves, trie);
  }

  get version(): number {
    return this.history.version;
  }

  /** Root of the trie over all leaves. */
  get root(): Digest {
    return toHex(this.#trie.root);
  }

  /** What is known of a pair, if anything. */
  leaf(candidate: Candidate): HistoryLeaf | undefined {
    return this.#leaves.get(pairKey(candidate));
  }

  /** Proof of the pair's leaf, or that there is none. */
  prove(candidate: Candidate): PrefixProof {
    return provePrefix(this.#trie, bitsOf(historyKey(candidate)));
  }
}

/** The JSON a leaf commits to: floats as hex of big-endian doubles (certificate §6). */
export function historyLeafWire(leaf: HistoryLeaf): JsonObject {
  const { health, promises, outcomes, violations, learned, memory } = leaf;
  return {
    health,
    promises: promises.map((promise) => toWire(promise)),
    outcomes,
    violations,
    learned: learned ? { theta: doublesHex(learned.theta), inverse: doublesHex(learned.inverse) } : null,
    memory: memory ? doublesHex(memory) : null,
  };
}

function commitToLeaf(leaf: HistoryLeaf): Uint8Array {
  return sha256(canonicalJson(historyLeafWire(leaf)));
}

/** 0x00 ‖ u8 length ‖ service id ‖ u8 length ‖ model id, length 0 for none. */
function historyKey({ service, model }: Candidate): Uint8Array {
  const serviceBytes = Buffer.from(service);
  const modelBytes = Buffer.from(model ?? "");
  return Buffer.concat([
    Uint8Array.of(0, serviceBytes.length),
    serviceBytes,
    Uint8Array.of(modelBytes.length),
    modelBytes,
  ]);
}

/** Ids hold no space, so the text is one pair's alone. */
function pairKey({ service, model }: Candidate): string {
  return `${service} ${model ?? ""}`;
}

function doublesHex(values: readonly number[]): string {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => bytes.writeDoubleBE(value, index * 8));
  return bytes.toString("hex");
}

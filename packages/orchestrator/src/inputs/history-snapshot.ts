import {
  bitsOf,
  digest,
  provePrefix,
  RadixTrie,
  rememberedJson,
  sha256,
  toHex,
  type Digest,
  type JsonObject,
  type PrefixProof,
} from "@caio/core";
import { onlineToDocument, toWire, type Candidate, type History, type HistoryLeaf, type LearnedValue } from "@caio/contracts";
import type { RevealedLeaf } from "@caio/traceability";

/** Some 2 KB each. */
const MAX_REVEALED = 4096;
const MAX_LIST = 256;
/** Pairs in all lists that are kept: callers say what a list is of, and each is kept as one text. */
const MAX_LISTED = 8192;

/**
 * H as a decision reads it: one version with its leaves by pair and the Merkle root that commits to them (certificate §6).
 * Immutable; the next version shares all leaves that did not change.
 */
export class HistorySnapshot {
  readonly history: History;
  readonly #leaves: ReadonlyMap<string, HistoryLeaf>;
  readonly #trie: RadixTrie<HistoryLeaf>;
  /** What was revealed: the same pairs are asked about again and again. */
  readonly #revealed = new Map<string, RevealedLeaf>();
  #revealedLists = new WeakMap<readonly Candidate[], readonly RevealedLeaf[]>();
  #listed = 0;

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

  /** The snapshot of a later version: what is not the same object is hashed, with the nodes above it. */
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

  /** What a certificate says of a pair: its leaf with a proof, or a proof that there is none. */
  reveal({ service, model }: Candidate): RevealedLeaf {
    const key = pairKey({ service, model });
    const known = this.#revealed.get(key);
    if (known !== undefined) return known;
    const leaf = this.#leaves.get(key);
    const proof = provePrefix(this.#trie, bitsOf(historyKey({ service, model })));
    const revealed = { service, model, leaf: leaf === undefined ? null : commitmentOf(leaf).wire, proof };
    rememberedJson(revealed);
    if (this.#revealed.size >= MAX_REVEALED) this.#revealed.clear();
    this.#revealed.set(key, revealed);
    return revealed;
  }

  /** `reveal` of each. Of a list that is asked about again the text is kept as one. */
  revealAll(pairs: readonly Candidate[]): readonly RevealedLeaf[] {
    const known = this.#revealedLists.get(pairs);
    if (known !== undefined) return known;
    const made = pairs.map((pair) => this.reveal(pair));
    if (pairs.length > MAX_LIST) return made;
    if (this.#listed + pairs.length > MAX_LISTED) [this.#revealedLists, this.#listed] = [new WeakMap(), 0];
    this.#listed += pairs.length;
    rememberedJson(made);
    this.#revealedLists.set(pairs, made);
    return made;
  }

  /** Proof of the pair's leaf, or that there is none. */
  prove(candidate: Candidate): PrefixProof {
    return this.reveal(candidate).proof;
  }
}

/** What a certificate shows of a leaf, and the bytes that H commits to it by. */
interface LeafCommitment {
  readonly wire: JsonObject;
  readonly rest: Uint8Array;
}

/** Leaves are immutable and outlive versions of H, so each is hashed once. */
const commitments = new WeakMap<HistoryLeaf, LeafCommitment>();

/**
 * The JSON a leaf commits to (certificate §6). What was learned stands in it by its digest: no one recomputes a feature from it,
 * and its arrays would be most of a certificate.
 */
export function historyLeafWire(leaf: HistoryLeaf): JsonObject {
  return commitmentOf(leaf).wire;
}

function commitToLeaf(leaf: HistoryLeaf): Uint8Array {
  return commitmentOf(leaf).rest;
}

function commitmentOf(leaf: HistoryLeaf): LeafCommitment {
  const known = commitments.get(leaf);
  if (known !== undefined) return known;
  const { health, promises, outcomes, violations, learned, memory } = leaf;
  const wire: JsonObject = {
    health,
    promises: promises.map((promise) => toWire(promise)),
    outcomes,
    violations,
    learned: learned ? learnedDigest(learned) : null,
    memory: memory ? digest(["caio-memory-v1", doublesHex(memory)]) : null,
  };
  const commitment = { wire, rest: sha256(rememberedJson(wire)) };
  commitments.set(leaf, commitment);
  return commitment;
}

function learnedDigest({ theta, inverse, online }: LearnedValue): Digest {
  const doubles = [doublesHex(theta), doublesHex(inverse)];
  return online === undefined ? digest(["caio-learned-v1", ...doubles]) : digest(["caio-learned-v2", ...doubles, onlineToDocument(online)]);
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

/** −0 is written as 0, as world files and history documents write it. */
function doublesHex(values: readonly number[]): string {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => bytes.writeDoubleBE(value + 0, index * 8));
  return bytes.toString("hex");
}

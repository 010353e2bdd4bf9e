import { CaioError, toHex, type Digest } from "@caio/core";

import { MerkleLog, type TreeHead } from "../log/merkle-log.ts";
import type { Trace } from "./trace.ts";
import { TraceReader } from "./trace-reader.ts";
import { appendStored, type TraceStore } from "./trace-store.ts";

/** How many entries are read at once. */
const PAGE = 1000;

/**
 * A log that somebody else writes, read from its store as far as a checkpoint says. It hashes every entry itself, so that what it proves
 * is proved of what is there.
 *
 * @example
 * ```ts
 * import { LogReader, openCheckpoint, type TraceStore, type VerifierKey } from "@caio/traceability";
 *
 * declare const store: TraceStore; // of another instance
 * declare const note: string; // its newest checkpoint
 * declare const verifiers: readonly VerifierKey[];
 *
 * const log = new LogReader(store);
 * const { size, root } = openCheckpoint(note, verifiers);
 * await log.reach({ size, root });
 * log.inclusionProof(0, size);
 * ```
 */
export class LogReader {
  readonly #store: TraceStore;
  readonly #traces: TraceReader;
  #tree = new MerkleLog();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: TraceStore) {
    this.#store = store;
    this.#traces = new TraceReader(store, () => this.#tree);
  }

  /** Size and root of what was read. */
  get head(): TreeHead {
    return this.#tree.head();
  }

  /**
   * Reads on until it has the entries of a head. Where what was read before is not what leads there, all is read again: a store that was put
   * back to an older copy holds another log.
   *
   * @throws CaioError `IntegrityViolation` if the entries of the store do not have that root
   */
  reach(head: TreeHead): Promise<void> {
    const reached = this.#turn.then(() => this.#reach(head));
    this.#turn = reached.catch(() => undefined);
    return reached;
  }

  /** Hash of a complete subtree of 2^level entries. @throws CaioError `InvalidProof` */
  subtreeHash(level: number, index: number): Uint8Array {
    return this.#tree.subtreeHash(level, index);
  }

  /** At most `count` entries from index `start` on. @throws CaioError `Expired` */
  entryTexts(start: number, count: number): Promise<readonly string[]> {
    return this.#traces.entryTexts(start, count);
  }

  /** @throws CaioError `InvalidProof` for what was not read */
  inclusionProof(logIndex: number, size?: number): Uint8Array[] {
    return this.#tree.inclusionProof(logIndex, size);
  }

  /** @throws CaioError `InvalidProof` for what was not read */
  consistencyProof(first: number, second?: number): Uint8Array[] {
    return this.#tree.consistencyProof(first, second);
  }

  /** A decision with its outcomes, as far as the store has them. @throws CaioError `Expired` */
  trace(decisionId: Digest, tenant?: string): Promise<Trace | undefined> {
    return this.#traces.trace(decisionId, tenant);
  }

  /** Canonical JSON of the certificate kept with a decision. @throws CaioError `Expired` */
  certificate(decisionId: Digest): Promise<string | undefined> {
    return this.#traces.certificate(decisionId);
  }

  async #reach(head: TreeHead): Promise<void> {
    if ((await this.#read(head.size)) && this.#has(head)) return;
    this.#tree = new MerkleLog();
    if ((await this.#read(head.size)) && this.#has(head)) return;
    const found = this.#tree.size < head.size ? `${String(this.#tree.size)} entries` : `root ${toHex(this.#tree.head(head.size).root)}`;
    const message = `The store of the log has ${found}, the head says ${String(head.size)} entries and root ${toHex(head.root)}.`;
    throw new CaioError("IntegrityViolation", message, { details: { reason: "not_the_log", size: head.size } });
  }

  #has({ size, root }: TreeHead): boolean {
    return Buffer.compare(this.#tree.head(size).root, root) === 0;
  }

  /** False if the store ends before. */
  async #read(size: number): Promise<boolean> {
    while (this.#tree.size < size) {
      const page = await this.#store.read(this.#tree.size, Math.min(PAGE, size - this.#tree.size), { certificates: false });
      if (page.length === 0) return false;
      for (const entry of page) appendStored(this.#tree, entry);
    }
    return true;
  }
}

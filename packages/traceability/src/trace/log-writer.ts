import { CaioError, fromHex, leafHash, toHex, type Digest } from "@caio/core";

import { verifyChain } from "../log/chain.ts";
import { entryHash, entryText, type LogEntry, type LogRecord } from "../log/log-entry.ts";
import { MerkleLog } from "../log/merkle-log.ts";
import { parseLogEntry, requireLogEntry } from "../log/parse-log-entry.ts";
import { MAX_ENTRY_BYTES } from "../tiles/entry-bundle.ts";
import { keysOf, linkOf, type BesideEntry, type AppendedEntry, type TraceStore } from "./trace-store.ts";

/** How many entries are read at once when a log is opened. */
const PAGE = 1000;
/** How many waiting records go into one durable append. */
const BATCH = 1000;

/** Where an entry stands, and its leaf hash. */
export interface LogReceipt {
  readonly logIndex: number;
  readonly entryHash: Digest;
}

/** A record in its place: linked now, durable when `durable` resolves. */
export interface LinkedRecord {
  readonly receipt: LogReceipt;
  /** Rejects with why the record, and all that was linked after it, is not in the log. It may be left alone. */
  readonly durable: Promise<void>;
}

/** Told of entries that a log holds. */
export type EntryListener = (entry: LogEntry, receipt: LogReceipt) => void;

interface Linked {
  readonly stored: AppendedEntry;
  readonly tenant: string | null;
  readonly leaf: Uint8Array;
  /** Of the leaf, in hex. */
  readonly hash: Digest;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * The one writer of a log. A record gets its place at once, so that a later one can name it; what is linked while an append is
 * being made durable goes together into the next one, in order. If an append fails, its records and all that were linked after
 * them are refused, and nothing of them is remembered: none may stand on what is not there. An append may fail after it was kept, as
 * when the connection is lost before the answer: so after a failure the store is asked first, and what it kept is in the log.
 */
export class LogWriter {
  /** The tree over everything that is durable. */
  readonly tree = new MerkleLog();
  readonly #store: TraceStore;
  readonly #onLost: (size: number) => void;
  /** Of what is linked. */
  readonly #heads = new Map<string | null, Digest>();
  /** Of what is durable. */
  readonly #durableHeads = new Map<string | null, Digest>();
  #queue: Linked[] = [];
  /** What an append failed of that may have been kept. */
  #doubted: readonly Linked[] = [];
  #onEntry: EntryListener = () => undefined;
  #size = 0;
  #busy = false;

  /** @param onLost - told the size of what is durable when records that were linked after it are lost */
  constructor(store: TraceStore, onLost: (size: number) => void = () => undefined) {
    this.#store = store;
    this.#onLost = onLost;
  }

  /**
   * Takes up what the store holds, expired entries by their leaf hashes. Call once, before the first append.
   *
   * @param onEntry - told of each entry in order; later also of entries whose append failed and that the store kept
   * @throws CaioError `IntegrityViolation` if the chain is broken.
   */
  async load(onEntry: EntryListener): Promise<void> {
    this.#onEntry = onEntry;
    const size = await this.#store.size();
    while (this.tree.size < size) {
      const start = this.tree.size;
      const page = await this.#store.read(start, Math.min(PAGE, size - start), { certificates: false });
      const links = page.map(linkOf);
      const verdict = verifyChain(links, this.#heads);
      if (!verdict.holds) throw broken(start + verdict.position, verdict.reason);
      if (links.length === 0) throw broken(start, `The store ends before its size of ${String(size)}.`);
      for (const text of links) {
        if (typeof text !== "string") {
          this.tree.appendLeafHash(fromHex(text.leaf));
          continue;
        }
        const receipt = { logIndex: this.tree.append(text), entryHash: entryHash(text) };
        onEntry(parseLogEntry(text), receipt);
      }
      for (const [tenant, hash] of verdict.heads) {
        this.#heads.set(tenant, hash);
        this.#durableHeads.set(tenant, hash);
      }
    }
    this.#size = size;
  }

  /**
   * Gives a record its place, now; it becomes durable with what is linked in the same turn.
   *
   * @throws CaioError `NumberOutOfRange` if it is too long, `IntegrityViolation` if it is no record, `NotCanonical`
   */
  link(record: LogRecord, { certificate = null, opening }: BesideEntry = {}): LinkedRecord {
    const { tenant } = record;
    const entry = { ...record, prev: this.#heads.get(tenant) ?? null };
    const text = entryText(entry);
    // Text is at most three bytes a unit, so most need not be counted.
    if (text.length * 3 > MAX_ENTRY_BYTES && Buffer.byteLength(text) > MAX_ENTRY_BYTES) throw tooLong(record.kind, Buffer.byteLength(text));
    // What the log holds must be readable again: nothing goes in that would not come out.
    requireLogEntry(entry);
    const leaf = leafHash(text);
    const hash = toHex(leaf);
    const receipt = { logIndex: this.#size++, entryHash: hash };
    this.#heads.set(tenant, hash);
    const stored = { text, keys: keysOf(entry), certificate, hash, ...(opening === undefined ? {} : { opening }) };
    const durable = new Promise<void>((done, failed) => {
      this.#queue.push({ stored, tenant, leaf, hash, done, failed });
    });
    durable.catch(() => undefined);
    if (!this.#busy) void this.#drain();
    return { receipt, durable };
  }

  /** Links a record and makes it durable. Rejects, without a trace of it, if that fails. */
  async append(record: LogRecord, beside?: BesideEntry): Promise<LogReceipt> {
    const { receipt, durable } = this.link(record, beside);
    await durable;
    return receipt;
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    // What is linked in the same turn becomes durable together.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#write();
    this.#busy = false;
  }

  async #write(): Promise<void> {
    const batch = this.#queue.splice(0, BATCH);
    try {
      await this.#settleDoubt();
      this.#doubted = batch;
      await this.#store.append(this.tree.size, batch.map(({ stored }) => stored));
    } catch (error) {
      this.#lose(batch, error);
      // Now, so that as little as possible is linked after what may not be the end. If the store does not answer, before the next append.
      await this.#settleDoubt().catch(() => undefined);
      return;
    }
    this.#doubted = [];
    this.#keep(batch);
    for (const { done } of batch) done();
  }

  #keep(batch: readonly Linked[]): void {
    for (const { leaf } of batch) this.tree.appendLeafHash(leaf);
    for (const { tenant, hash } of batch) this.#durableHeads.set(tenant, hash);
  }

  /**
   * Finds out whether what an append failed of is in the store. If it is, it is in the log, and what was linked since then is lost.
   *
   * @throws CaioError `ServiceUnavailable` if it is; `IntegrityViolation` if the store holds anything else
   */
  async #settleDoubt(): Promise<void> {
    if (this.#doubted.length === 0) return;
    const { size: start } = this.tree;
    const size = await this.#store.size();
    if (size !== start) {
      if (size !== start + this.#doubted.length) throw movedOn(size, start);
      const kept = await this.#store.read(start, this.#doubted.length, { certificates: false });
      if (kept.some(({ text }, at) => text !== this.#doubted[at]?.stored.text)) throw movedOn(size, start);
    }
    const doubted = this.#doubted;
    this.#doubted = [];
    if (size !== start) this.#takeUp(doubted);
  }

  #takeUp(kept: readonly Linked[]): void {
    const error = takenUp(kept.length);
    this.#lose([], error);
    for (const [at, { stored, hash }] of kept.entries()) this.#onEntry(parseLogEntry(stored.text), { logIndex: this.tree.size + at, entryHash: hash });
    this.#keep(kept);
    this.#size = this.tree.size;
    for (const { tenant, hash } of kept) this.#heads.set(tenant, hash);
    throw error;
  }

  /** The batch, and everything that was linked after it. */
  #lose(batch: readonly Linked[], error: unknown): void {
    const lost = [...batch, ...this.#queue];
    this.#queue = [];
    this.#size = this.tree.size;
    for (const { tenant } of lost) {
      const head = this.#durableHeads.get(tenant);
      if (head === undefined) this.#heads.delete(tenant);
      else this.#heads.set(tenant, head);
    }
    this.#onLost(this.tree.size);
    for (const { failed } of lost) failed(error);
  }
}

function movedOn(found: number, expected: number): CaioError<"IntegrityViolation"> {
  const message = `The log has ${String(found)} entries that are not all of this writer, which expected ${String(expected)}. A log has one writer: open it again.`;
  return new CaioError("IntegrityViolation", message, { details: { found, expected } });
}

function takenUp(count: number): CaioError<"ServiceUnavailable"> {
  const message = `The log keeps ${String(count)} entries whose append was said to have failed. What came after them is not in it: try again.`;
  return new CaioError("ServiceUnavailable", message, { details: { reason: "taken_up", kept: count } });
}

function tooLong(kind: string, found: number): CaioError<"NumberOutOfRange"> {
  const message = `Found an entry of kind ${kind} of ${String(found)} bytes, expected at most ${String(MAX_ENTRY_BYTES)}. Log a digest instead.`;
  return new CaioError("NumberOutOfRange", message, { details: { found, expected: MAX_ENTRY_BYTES } });
}

function broken(logIndex: number, reason: string): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `The log is broken at index ${String(logIndex)}. ${reason} Restore it from a copy.`, {
    details: { log_index: logIndex, reason },
  });
}

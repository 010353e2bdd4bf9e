import { CaioError, type Digest } from "@caio/core";

import { verifyChain, type ChainHeads } from "../log/chain.ts";
import { entryHash, entryText, type LogEntry, type LogRecord } from "../log/log-entry.ts";
import { MerkleLog } from "../log/merkle-log.ts";
import { parseLogEntry } from "../log/parse-log-entry.ts";
import { MAX_ENTRY_BYTES } from "../tiles/entry-bundle.ts";
import { keysOf, type StoredEntry, type TraceStore } from "./trace-store.ts";

/** How many entries are read at once when a log is opened. */
const PAGE = 1000;
/** How many waiting records go into one durable append. */
const BATCH = 1000;

/** Where an entry stands, and its leaf hash. */
export interface LogReceipt {
  readonly logIndex: number;
  readonly entryHash: Digest;
}

interface Waiting {
  readonly record: LogRecord;
  readonly certificate: string | null;
  readonly logged: (receipt: LogReceipt) => void;
  readonly failed: (error: unknown) => void;
}

interface Linked {
  readonly stored: StoredEntry;
  readonly receipt: LogReceipt;
  readonly waiting: Waiting;
}

/**
 * The one writer of a log. Records are linked strictly one after another; those that come while an append is being made
 * durable go together into the next one. If an append fails, its records are refused and nothing of them is remembered.
 */
export class LogWriter {
  /** The tree over everything that is durable. */
  readonly tree = new MerkleLog();
  readonly #store: TraceStore;
  readonly #heads = new Map<string | null, Digest>();
  readonly #queue: Waiting[] = [];
  #busy = false;

  constructor(store: TraceStore) {
    this.#store = store;
  }

  /**
   * Takes up what the store holds. Call once, before the first append.
   *
   * @throws CaioError `IntegrityViolation` if the chain is broken.
   */
  async load(onEntry: (entry: LogEntry, receipt: LogReceipt) => void): Promise<void> {
    const size = await this.#store.size();
    while (this.tree.size < size) {
      const start = this.tree.size;
      const page = await this.#store.read(start, Math.min(PAGE, size - start), { certificates: false });
      const texts = page.map(({ text }) => text);
      const verdict = verifyChain(texts, this.#heads);
      if (!verdict.holds) throw broken(start + verdict.position, verdict.reason);
      if (texts.length === 0) throw broken(start, `The store ends before its size of ${String(size)}.`);
      for (const text of texts) {
        const receipt = { logIndex: this.tree.append(text), entryHash: entryHash(text) };
        onEntry(parseLogEntry(text), receipt);
      }
      this.#advance(verdict.heads);
    }
  }

  /** Links a record and makes it durable. Rejects, without a trace of it, if that fails. */
  append(record: LogRecord, certificate: string | null = null): Promise<LogReceipt> {
    return new Promise((logged, failed) => {
      this.#queue.push({ record, certificate, logged, failed });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#queue.length > 0) await this.#write(this.#queue.splice(0, BATCH));
    this.#busy = false;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const heads = new Map<string | null, Digest>();
    const linked: Linked[] = [];
    for (const waiting of batch) {
      try {
        linked.push(this.#link(waiting, heads, this.tree.size + linked.length));
      } catch (error) {
        waiting.failed(error);
      }
    }
    if (linked.length === 0) return;
    try {
      await this.#store.append(this.tree.size, linked.map(({ stored }) => stored));
    } catch (error) {
      for (const { waiting } of linked) waiting.failed(error);
      return;
    }
    this.tree.appendAll(linked.map(({ stored }) => stored.text));
    this.#advance(heads);
    for (const { waiting, receipt } of linked) waiting.logged(receipt);
  }

  /** @param heads - of this batch; they count before those of the log */
  #link(waiting: Waiting, heads: Map<string | null, Digest>, logIndex: number): Linked {
    const { record, certificate } = waiting;
    const prev = heads.get(record.tenant) ?? this.#heads.get(record.tenant) ?? null;
    const text = entryText({ ...record, prev });
    if (Buffer.byteLength(text) > MAX_ENTRY_BYTES) throw tooLong(record.kind, Buffer.byteLength(text));
    // What the log holds must be readable again: nothing goes in that would not come out.
    const stored = { text, keys: keysOf(parseLogEntry(text)), certificate };
    const hash = entryHash(text);
    heads.set(record.tenant, hash);
    return { stored, waiting, receipt: { logIndex, entryHash: hash } };
  }

  #advance(heads: ChainHeads): void {
    for (const [tenant, hash] of heads) this.#heads.set(tenant, hash);
  }
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

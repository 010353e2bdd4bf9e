import { CaioError, isCaioError, toHex, type Digest } from "@caio/core";

import { entryHash, type LogEntry } from "../log/log-entry.ts";
import type { MerkleLog } from "../log/merkle-log.ts";
import { parseLogEntry } from "../log/parse-log-entry.ts";
import { createTrace, type LoggedText, type Trace } from "./trace.ts";
import type { EntryQuery, TraceStore } from "./trace-store.ts";

/** Which decisions are wanted. */
export type TraceQuery = Omit<EntryQuery, "kind">;

/** Decisions, outcomes and certificates as the store of a log has them. What is past its retention is answered with what the tree still shows of it. */
export class TraceReader {
  readonly #store: TraceStore;
  readonly #tree: () => MerkleLog;

  /** @param tree - over the entries that the store holds, or those of them that the answers are about */
  constructor(store: TraceStore, tree: () => MerkleLog) {
    this.#store = store;
    this.#tree = tree;
  }

  /**
   * At most `count` entries from index `start` on, as they are hashed.
   *
   * @throws CaioError `Expired` if one of them is past its retention
   */
  async entryTexts(start: number, count: number): Promise<readonly string[]> {
    const entries = await this.#store.read(start, count, { certificates: false });
    return entries.map((entry, at) => {
      if (entry.text !== null) return entry.text;
      throw this.#expired("entry", start + at, entry.leaf);
    });
  }

  /**
   * A decision with its outcomes, undefined if there is none. An id that was logged again is that of the last one.
   *
   * @param tenant - if said, only a decision of this tenant
   * @throws CaioError `Expired`
   */
  async trace(decisionId: Digest, tenant?: string): Promise<Trace | undefined> {
    const all = { decisionId, limit: Number.MAX_SAFE_INTEGER, ...(tenant === undefined ? {} : { tenant }) };
    const logIndex = (await this.#store.find({ ...all, kind: "decision" })).at(-1);
    return logIndex === undefined ? undefined : await this.traceAt(logIndex);
  }

  /** The decision at an index of the log, with its outcomes; undefined past the end. @throws CaioError `Expired`; `IntegrityViolation` if it is no decision */
  async traceAt(logIndex: number): Promise<Trace | undefined> {
    const decision = await this.#text(logIndex);
    if (decision === undefined) return undefined;
    const { tenant, body } = parseLogEntry(decision.text);
    const decisionId = "decisionId" in body ? body.decisionId : undefined;
    if (tenant === null || decisionId === undefined) return createTrace(decision);
    const found = await this.#store.find({ decisionId, tenant, after: logIndex, limit: Number.MAX_SAFE_INTEGER });
    const texts = await Promise.all(found.map((index) => this.#text(index)));
    return createTrace(decision, texts.filter((text) => text !== undefined));
  }

  /** Indices of decisions that meet a query, the newest first, without those past their retention. */
  async newest(query: TraceQuery): Promise<readonly number[]> {
    return await this.#store.find({ ...query, kind: "decision", newestFirst: true });
  }

  /** What was said of a decision, in order of the log: also of one that the log of another instance holds. Without what is past its retention. */
  async feedback(decisionId: Digest, tenant: string): Promise<Trace["feedback"]> {
    const indices = await this.#store.find({ kind: "feedback", decisionId, tenant, limit: Number.MAX_SAFE_INTEGER });
    const entries = await Promise.all(indices.map(async (logIndex) => ({ logIndex, entry: await unlessExpired(() => this.entry(logIndex)) })));
    return entries.flatMap(({ logIndex, entry }) => (entry?.kind === "feedback" ? [{ ...entry.body, logIndex }] : []));
  }

  /** Decisions by tenant, time and chosen service, in order of the log, without those past their retention; page on with `after`. */
  async find(query: TraceQuery = {}): Promise<readonly Trace[]> {
    const indices = await this.#store.find({ ...query, kind: "decision" });
    const traces = await Promise.all(
      indices.map(async (index) => {
        const entry = await unlessExpired(() => this.entry(index));
        return entry?.kind === "decision" ? await unlessExpired(() => this.trace(entry.body.decisionId, entry.tenant)) : undefined;
      }),
    );
    return traces.filter((trace) => trace !== undefined);
  }

  /** Canonical JSON of the certificate kept with a decision, undefined if there is none. @throws CaioError `Expired` */
  async certificate(decisionId: Digest): Promise<string | undefined> {
    const [logIndex] = (await this.#store.find({ decisionId, kind: "decision", limit: Number.MAX_SAFE_INTEGER })).slice(-1);
    return logIndex === undefined ? undefined : await this.certificateAt(logIndex);
  }

  /** Canonical JSON of the certificate kept with the entry at an index, undefined if there is none. @throws CaioError `Expired` */
  async certificateAt(logIndex: number): Promise<string | undefined> {
    const [stored] = await this.#store.read(logIndex, 1);
    if (stored !== undefined && (stored.text === null || stored.certificateExpired === true)) {
      throw stored.text === null ? this.#expired("entry", logIndex, stored.leaf) : this.#expired("certificate", logIndex, entryHash(stored.text));
    }
    return stored?.certificate ?? undefined;
  }

  /** The entry at an index, undefined past the end. @throws CaioError `Expired` */
  async entry(logIndex: number): Promise<LogEntry | undefined> {
    const found = await this.#text(logIndex);
    return found === undefined ? undefined : parseLogEntry(found.text);
  }

  async #text(logIndex: number): Promise<LoggedText | undefined> {
    const [text] = await this.entryTexts(logIndex, 1);
    return text === undefined ? undefined : { logIndex, text };
  }

  /** The answer for what is gone: the log still shows that it was there, and what its hash was. The proof is of the tree as far as it was read. */
  #expired(what: "entry" | "certificate", logIndex: number, leaf: Digest): CaioError<"Expired"> {
    const tree = this.#tree();
    const message = `The ${what} at log index ${String(logIndex)} is past its retention and was removed. Its leaf hash and the proof that the log holds it remain.`;
    const proof = logIndex < tree.size ? { tree_size: tree.size, inclusion_proof: tree.inclusionProof(logIndex).map(toHex) } : {};
    return new CaioError("Expired", message, { details: { expired: what, log_index: logIndex, leaf, ...proof } });
  }
}

/** Retention may come between a search and what is read of it. */
async function unlessExpired<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isCaioError(error, "Expired")) throw error;
    return undefined;
  }
}

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
    const decision = logIndex === undefined ? undefined : await this.#text(logIndex);
    if (logIndex === undefined || decision === undefined) return undefined;
    const entry = parseLogEntry(decision.text);
    const mine = { ...all, ...(entry.tenant === null ? {} : { tenant: entry.tenant }) };
    const found = await this.#store.find({ ...mine, after: logIndex });
    const texts = await Promise.all(found.map((index) => this.#text(index)));
    return createTrace(decision, texts.filter((text) => text !== undefined));
  }

  /**
   * The decisions at some indices of the log, with their outcomes, in few reads however many they are. Undefined for what is past the end or
   * past its retention.
   *
   * @throws CaioError `IntegrityViolation` if one of them is no decision
   */
  async tracesAt(logIndices: readonly number[]): Promise<readonly (Trace | undefined)[]> {
    const decisions = [...(await this.#textsAt(logIndices)).values()];
    const decisionIds = [...new Set(decisions.flatMap(({ text }) => nameOf(text)?.decisionId ?? []))];
    const after = decisions.reduce((least, { logIndex }) => Math.min(least, logIndex), Infinity);
    const indices = decisions.length === 0 ? [] : await this.#store.find({ decisionIds, after, limit: Number.MAX_SAFE_INTEGER });
    const own = new Set(logIndices);
    const said = groupedByDecision([...(await this.#textsAt(indices.filter((index) => !own.has(index)))).values()]);
    const made = decisions.map((decision) => createTrace(decision, (said.get(keyOf(decision.text)) ?? []).filter(({ logIndex }) => logIndex > decision.logIndex)));
    const byIndex = new Map(made.map((trace) => [trace.logIndex, trace]));
    return logIndices.map((index) => byIndex.get(index));
  }

  /** The certificates kept with the decisions at some indices, in few reads: undefined where there is none any more. */
  async certificatesAt(logIndices: readonly number[]): Promise<readonly (string | undefined)[]> {
    const found = new Map<number, string>();
    for (const { start, count } of runsOf(logIndices)) {
      for (const [at, { certificate }] of (await this.#store.read(start, count)).entries()) if (certificate !== null) found.set(start + at, certificate);
    }
    return logIndices.map((index) => found.get(index));
  }

  /** What is there of the entries at some indices. */
  async #textsAt(logIndices: readonly number[]): Promise<ReadonlyMap<number, LoggedText>> {
    const wanted = new Set(logIndices);
    const found = new Map<number, LoggedText>();
    for (const { start, count } of runsOf(logIndices)) {
      for (const [at, { text }] of (await this.#store.read(start, count, { certificates: false })).entries()) {
        if (text !== null && wanted.has(start + at)) found.set(start + at, { logIndex: start + at, text });
      }
    }
    return found;
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
    const [stored] = logIndex === undefined ? [] : await this.#store.read(logIndex, 1);
    if (logIndex !== undefined && stored !== undefined && (stored.text === null || stored.certificateExpired === true)) {
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

/** Whose entry it is: a decision, or what came of one; undefined for others. */
function nameOf(text: string): { readonly tenant: string | null; readonly decisionId: Digest } | undefined {
  const { tenant, body } = parseLogEntry(text);
  return "decisionId" in body ? { tenant, decisionId: body.decisionId } : undefined;
}

function keyOf(text: string): string {
  return JSON.stringify(nameOf(text) ?? null);
}

function groupedByDecision(texts: readonly LoggedText[]): ReadonlyMap<string, readonly LoggedText[]> {
  const groups = new Map<string, LoggedText[]>();
  for (const each of texts) {
    const key = keyOf(each.text);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return groups;
}

/** Entries between two that are wanted which are read along rather than asked for apart. */
const GAP = 16;
/** Entries that are read at once. */
const LONGEST_RUN = 256;

/** The places of some entries as runs to be read, in order. */
function runsOf(logIndices: readonly number[]): readonly { readonly start: number; readonly count: number }[] {
  const runs: { start: number; count: number }[] = [];
  for (const index of [...new Set(logIndices)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && index < last.start + Math.min(last.count + GAP, LONGEST_RUN)) last.count = index - last.start + 1;
    else runs.push({ start: index, count: 1 });
  }
  return runs;
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

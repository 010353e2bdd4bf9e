import { fromHex, isDigest, leafHash } from "@caio/core";
import type { AppendedEntry, EntryKeys, EntryQuery, ExpiredEntry, ReadParts, StoredEntry, TraceStore } from "@caio/traceability";
import type { Kysely, Transaction } from "kysely";

import type { CommitQueue } from "../engine/commit-queue.ts";
import type { Engine } from "../engine/engine.ts";
import { RowInserter } from "../engine/insert-rows.ts";
import { DecisionIndexer, indicesOf } from "../log/decision-index.ts";
import { headMoved, HeadWriter, readHead, secondWriter } from "../log/log-head.ts";
import { isExpired, readLogRows, type LogRow } from "../log/read-log.ts";
import type { TreeFrontier } from "../log/tree-frontier.ts";
import { removedCertificates } from "../retention/retention-runs.ts";
import type { DecisionKeyRow, LogEntryRow, LogExpiredRow, Tables } from "../schema/tables.ts";
import { CertificatePartWriter, certificateRow, certificateTexts, dueParts, PartsGiven } from "./certificate-parts.ts";
import { corruptRow, integerOf, oneOf } from "./row-door.ts";

const PAGE = 100;
const kinds = ["decision", "outcome", "feedback", "registry", "policy", "history"] as const;

/** The log in SQL: entries, certificates and openings beside them, and size and root of the tree, all in one transaction an append. */
export class SqlTraceStore implements TraceStore {
  readonly #engine: Engine;
  readonly #writer = new EntryWriter();
  readonly #given = new PartsGiven();
  /** An append has failed, and may still be on its way to the database. */
  #doubtful = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** After an append that failed it is asked by way of the commits: what of that one is not kept by then never will be. */
  async size(): Promise<number> {
    if (!this.#doubtful) return (await readHead(this.#engine.db)).size;
    const { size } = await this.#engine.commits.run((tx) => readHead(tx));
    this.#doubtful = false;
    return size;
  }

  async append(start: number, added: readonly AppendedEntry[]): Promise<void> {
    const due = dueParts(added, start, this.#given);
    try {
      await this.#writer.append(this.#engine.commits, start, due);
    } catch (error) {
      this.#doubtful = true;
      this.#given.forget();
      throw error;
    }
  }

  async read(start: number, count: number, parts: ReadParts = {}): Promise<readonly (StoredEntry | ExpiredEntry)[]> {
    const { db } = this.#engine;
    const rows = await readLogRows(db, start, count);
    for (const [at, row] of rows.entries()) {
      if (row.log_index !== start + at) throw corruptRow({ table: "log_entry", key: String(start + at) }, "no entry, and no record that one was removed,");
    }
    const last = rows.at(-1)?.log_index;
    if (parts.certificates === false || last === undefined) return rows.map((row) => entryOf(row, null));
    const texts = await certificatesOf(db, start, last);
    const entries = rows.map((row) => entryOf(row, texts.get(row.log_index) ?? null));
    if (!entries.some(lacksCertificate)) return entries;
    const wasRemoved = await removedCertificates(db);
    return entries.map((entry, at) => (lacksCertificate(entry) && wasRemoved(start + at) ? { ...entry, certificateExpired: true } : entry));
  }

  async find(query: EntryQuery): Promise<readonly number[]> {
    const { decisionId, service, from, until, limit = PAGE } = query;
    const kept = await this.#findKept(query);
    if (decisionId === undefined || service !== undefined || from !== undefined || until !== undefined) return kept;
    const expired = await this.#findExpired({ ...query, decisionId });
    if (expired.length === 0) return kept;
    return [...kept, ...expired].sort((a, b) => (query.newestFirst === true ? b - a : a - b)).slice(0, limit);
  }

  async #findExpired({ kind, tenant, decisionId, after = -1, before, newestFirst, limit = PAGE }: EntryQuery & { readonly decisionId: string }): Promise<readonly number[]> {
    let rows = this.#engine.db.selectFrom("log_expired").select("log_index").where("log_index", "in", indicesOf([decisionId], after)).where("decision_id", "=", decisionId).where("log_index", ">", after);
    if (before !== undefined) rows = rows.where("log_index", "<", before);
    if (kind !== undefined) rows = rows.where("kind", "=", kind);
    if (tenant === null) rows = rows.where("tenant", "is", null);
    else if (tenant !== undefined) rows = rows.where("tenant", "=", tenant);
    const found = await rows.orderBy("log_index", newestFirst === true ? "desc" : "asc").limit(limit).execute();
    return found.map(({ log_index: index }) => index);
  }

  async #findKept(query: EntryQuery): Promise<readonly number[]> {
    const { kind, tenant, decisionId, decisionIds, service, from, until, after = -1, before, newestFirst, limit = PAGE } = query;
    if (decisionIds?.length === 0) return [];
    let rows = this.#engine.db.selectFrom("log_entry").select("log_index").where("log_index", ">", after);
    if (before !== undefined) rows = rows.where("log_index", "<", before);
    if (kind !== undefined) rows = rows.where("kind", "=", kind);
    if (tenant === null) rows = rows.where("tenant", "is", null);
    else if (tenant !== undefined) rows = rows.where("tenant", "=", tenant);
    if (decisionId !== undefined) rows = rows.where("log_index", "in", indicesOf([decisionId], after)).where("decision_id", "=", decisionId);
    if (decisionIds !== undefined) rows = rows.where("log_index", "in", indicesOf(decisionIds, after)).where("decision_id", "in", [...decisionIds]);
    if (service === null) rows = rows.where("service", "is", null);
    else if (service !== undefined) rows = rows.where("service", "=", service);
    if (from !== undefined) rows = rows.where("time", ">=", from);
    if (until !== undefined) rows = rows.where("time", "<", until);
    const found = await rows.orderBy("log_index", newestFirst === true ? "desc" : "asc").limit(limit).execute();
    return found.map(({ log_index: index }) => index);
  }
}

/** Writes entries and what is beside them. */
class EntryWriter {
  /** The frontier of what is durable, as this writer left it. Whether the database has it still, it says when it is moved. */
  #head: TreeFrontier | undefined;
  readonly #heads = new HeadWriter();
  readonly #entries = new RowInserter("log_entry", ["log_index", "kind", "tenant", "decision_id", "service", "time", "text", "history"]);
  readonly #decisions = new DecisionIndexer();
  readonly #certificates = new RowInserter("certificate", ["log_index", "text", "parts"]);
  readonly #parts = new CertificatePartWriter();
  /** Of a decision that is logged again, as those with published keys are, the last counts; what was erased stays so. */
  readonly #openings = new RowInserter("decision_key", ["decision_id", "decision_key", "disclosed", "learning"], (conflict) =>
    conflict
      .column("decision_id")
      .doUpdateSet((eb) => ({ decision_key: eb.ref("excluded.decision_key"), disclosed: eb.ref("excluded.disclosed"), learning: eb.ref("excluded.learning") }))
      .where("decision_key.decision_key", "is not", null),
  );

  async append(commits: CommitQueue, start: number, added: readonly AppendedEntry[]): Promise<void> {
    this.#head = await commits.run(async (tx) => {
      const head = this.#head?.size === start ? this.#head : await readHead(tx);
      if (head.size !== start) throw secondWriter(head.size, start);
      return added.length === 0 ? head : await this.#write(tx, head, added);
    });
  }

  async #write(tx: Transaction<Tables>, head: TreeFrontier, added: readonly AppendedEntry[]): Promise<TreeFrontier> {
    const { size: start } = head;
    const next = head.appendLeaves(added.map(({ text, hash }) => (hash === undefined ? leafHash(text) : fromHex(hash))));
    const moved = this.#heads.write(tx, start, next);
    const written = Promise.all([
      this.#entries.insert(tx, added.map((entry, at) => entryRow(entry, start + at))),
      this.#decisions.index(tx, start),
      this.#certificates.insert(tx, added.flatMap(({ certificate }, at) => (certificate === null ? [] : [certificateRow(start + at, certificate)]))),
      this.#parts.write(tx, start, added),
      // A statement may touch a row once.
      this.#openings.insert(tx, [...new Map(added.flatMap(openingRow).map((row) => [row.decision_id, row])).values()]),
    ]);
    const [hasMoved] = await Promise.allSettled([moved, written]);
    // Whatever else went wrong then is because of it.
    if (hasMoved.status === "fulfilled" && !hasMoved.value) throw headMoved(start);
    await Promise.all([moved, written]);
    return next;
  }
}

function entryRow({ text, keys: { kind, tenant, decisionId, service, time, history } }: AppendedEntry, logIndex: number): LogEntryRow {
  return { log_index: logIndex, kind, tenant, decision_id: decisionId, service, time, text, history: history ?? null };
}

function openingRow({ keys: { decisionId }, opening }: AppendedEntry): [] | [DecisionKeyRow] {
  return opening === undefined || decisionId === null ? [] : [{ decision_id: decisionId, decision_key: opening.decisionKey, disclosed: opening.disclosed, learning: opening.learning ?? null }];
}

/** True for a decision that is there whole but for its certificate. */
function lacksCertificate(entry: StoredEntry | ExpiredEntry): entry is StoredEntry {
  return entry.text !== null && entry.keys.kind === "decision" && entry.certificate === null;
}

async function certificatesOf(db: Kysely<Tables>, first: number, last: number): Promise<ReadonlyMap<number, string>> {
  const rows = await db
    .selectFrom("certificate")
    .selectAll()
    .where("log_index", ">=", first)
    .where("log_index", "<=", last)
    .execute();
  return await certificateTexts(db, rows);
}

function entryOf(row: LogRow, certificate: string | null): StoredEntry | ExpiredEntry {
  return isExpired(row) ? expiredOf(row) : { text: row.text, keys: keysOfRow(row), certificate };
}

function expiredOf({ log_index: index, leaf, kind, tenant, decision_id: decisionId }: LogExpiredRow): ExpiredEntry {
  const place = { table: "log_expired", key: String(index) };
  if (!isDigest(leaf)) throw corruptRow(place, "what is no leaf hash");
  return { text: null, leaf, keys: { kind: oneOf(place, kinds, kind), tenant, decisionId, service: null, time: null }, certificate: null };
}

function keysOfRow({ kind, tenant, decision_id: decisionId, service, time, history, log_index: index }: LogEntryRow): EntryKeys {
  const place = { table: "log_entry", key: String(index) };
  const stands = history === null ? {} : { history: integerOf(place, history) };
  return { kind: oneOf(place, kinds, kind), tenant, decisionId, service, time: time === null ? null : integerOf(place, time), ...stands };
}

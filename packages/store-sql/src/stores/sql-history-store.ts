import { compareCandidates, type Candidate, type History, type HistoryLeaf, type HistoryStore } from "@caio/contracts";
import { CaioError } from "@caio/core";
import type { Kysely, Transaction } from "kysely";

import type { Engine } from "../engine/engine.ts";
import { RowInserter } from "../engine/insert-rows.ts";
import { wasVersionRemoved } from "../retention/retention-runs.ts";
import type { HistoryLeafRow, Tables } from "../schema/tables.ts";
import { historyDelta } from "./history-delta.ts";
import { leafText, parseLeaf } from "./history-leaf-text.ts";
import { corruptRow, readRow } from "./row-door.ts";

/** Versions of H in SQL. Of each version only the leaves are kept that are not the same object as in the one before it. */
export class SqlHistoryStore implements HistoryStore {
  readonly #engine: Engine;
  /** The newest version that is durable, once it is known: what the next one shares leaves with. */
  #latest: History | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #leaves = new RowInserter("history_leaf", ["version", "service", "model", "leaf"]);

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async latest(): Promise<History> {
    const { db } = this.#engine;
    const version = await latestVersion(db);
    if (this.#latest?.version === version) return this.#latest;
    return (this.#latest = await readVersion(db, version));
  }

  async load(version: number): Promise<History | undefined> {
    const { db } = this.#engine;
    const row = await db.selectFrom("history_version").select("version").where("version", "=", version).where("removed", "is", null).executeTakeFirst();
    if (row !== undefined || version === 0) return await readVersion(db, version);
    if (await wasVersionRemoved(db, version)) throw expiredVersion(version);
    return undefined;
  }

  append(history: History): Promise<void> {
    const result = this.#turn.then(async () => {
      const before = await this.latest();
      if (history.version !== before.version + 1) throw outOfOrder(history.version, before.version + 1);
      const rows = changedRows(before, history);
      await this.#engine.commits.run((tx) => this.#keep(tx, history, rows));
      this.#latest = history;
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #keep(tx: Transaction<Tables>, { version, leaves, through }: History, rows: readonly HistoryLeafRow[]): Promise<void> {
    const expected = (await latestVersion(tx)) + 1;
    if (version !== expected) throw outOfOrder(version, expected);
    await tx.insertInto("history_version").values({ version, leaves: leaves.length, removed: null, through: through ?? null }).execute();
    await this.#leaves.insert(tx, rows);
  }
}

async function latestVersion(db: Kysely<Tables>): Promise<number> {
  const row = await db.selectFrom("history_version").select("version").orderBy("version", "desc").limit(1).executeTakeFirst();
  return row?.version ?? 0;
}

/** Of each pair the newest leaf that is not newer than the version. */
async function readVersion(db: Kysely<Tables>, version: number): Promise<History> {
  const rows = await db
    .selectFrom("history_leaf as each")
    .selectAll()
    .where("each.version", "=", (eb) =>
      eb
        .selectFrom("history_leaf as same")
        .select(({ fn }) => fn.max("same.version").as("newest"))
        .whereRef("same.service", "=", "each.service")
        .whereRef("same.model", "=", "each.model")
        .where("same.version", "<=", version),
    )
    .execute();
  const leaves = rows.flatMap((row) => leafOf(row) ?? []).sort(compareCandidates);
  const head = await db.selectFrom("history_version").selectAll().where("version", "=", version).executeTakeFirst();
  if ((head?.leaves ?? 0) !== leaves.length) {
    throw corruptRow({ table: "history_version", key: String(version) }, `${String(leaves.length)} leaves, not those it counted`);
  }
  return { version, leaves, ...(typeof head?.through === "number" ? { through: head.through } : {}) };
}

function leafOf({ version, service, model, leaf }: HistoryLeafRow): HistoryLeaf | undefined {
  if (leaf === null) return undefined;
  const place = { table: "history_leaf", key: `${String(version)} ${service} ${model}` };
  const parsed = readRow(place, () => parseLeaf(leaf));
  if (parsed.service !== service || (parsed.model ?? "") !== model) throw corruptRow(place, "the leaf of another pair");
  return parsed;
}

function changedRows(before: History, after: History): readonly HistoryLeafRow[] {
  const { version, changed, gone } = historyDelta(before, after);
  const rowOf = ({ service, model }: Candidate, leaf: string | null): HistoryLeafRow => ({ version, service, model: model ?? "", leaf });
  return [...changed.map((leaf) => rowOf(leaf, leafText(leaf))), ...gone.map((pair) => rowOf(pair, null))];
}

function expiredVersion(version: number): CaioError<"Expired"> {
  return new CaioError("Expired", `Version ${String(version)} of the history is past its retention and was removed.`, { details: { expired: "history", version } });
}

function outOfOrder(found: number, expected: number): CaioError<"InvalidHistory"> {
  const message = `Found history version ${String(found)}, expected ${String(expected)}. Advance the latest version.`;
  return new CaioError("InvalidHistory", message, { details: { found, expected } });
}

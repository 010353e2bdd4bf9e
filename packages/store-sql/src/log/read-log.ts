import { sql, type Kysely } from "kysely";

import type { LogEntryRow, LogExpiredRow, Tables } from "../schema/tables.ts";

/** A row of the log: an entry, or what retention left of one. */
export type LogRow = LogEntryRow | LogExpiredRow;

/**
 * The rows of at most `count` entries from index `start` on, in order, of one moment: retention may move one to where the expired are at any
 * time. Where neither an entry nor what is left of one stands there is a hole, which is for the caller to find.
 */
export async function readLogRows(db: Kysely<Tables>, start: number, count: number): Promise<readonly LogRow[]> {
  const end = Math.min(start + count, Number.MAX_SAFE_INTEGER);
  const [noText, noNumber] = [sql<string | null>`null`, sql<number | null>`null`];
  const kept = db
    .selectFrom("log_entry")
    .select(["log_index", "kind", "tenant", "decision_id", "service", "time", sql<string | null>`text`.as("text"), "history", noText.as("leaf"), noNumber.as("run")])
    .where("log_index", ">=", start)
    .where("log_index", "<", end);
  const expired = db
    .selectFrom("log_expired")
    .select(["log_index", "kind", "tenant", "decision_id", noText.as("service"), noNumber.as("time"), noText.as("text"), noNumber.as("history"), sql<string | null>`leaf`.as("leaf"), sql<number | null>`run`.as("run")])
    .where("log_index", ">=", start)
    .where("log_index", "<", end);
  const rows: readonly EitherRow[] = await kept.unionAll(expired).orderBy("log_index").limit(count).execute();
  return rows.map(rowOf);
}

/** A row with the columns of both. */
type EitherRow = Omit<LogEntryRow, "text"> & { readonly text: string | null; readonly leaf: string | null; readonly run: number | null };

function rowOf({ leaf, run, text, ...row }: EitherRow): LogRow {
  if (text !== null) return { ...row, text };
  const { log_index, kind, tenant, decision_id } = row;
  return { log_index, kind, tenant, decision_id, leaf: leaf ?? "", run: run ?? 0 };
}

/** True for what retention left of an entry. */
export function isExpired(row: LogRow): row is LogExpiredRow {
  return "leaf" in row;
}

import type { Kysely } from "kysely";

import type { LogEntryRow, LogExpiredRow, Tables } from "../schema/tables.ts";

/** A row of the log: an entry, or what retention left of one. */
export type LogRow = LogEntryRow | LogExpiredRow;

/**
 * The rows of at most `count` entries from index `start` on, in order. Where neither an entry nor what is left of one stands there is
 * a hole, which is for the caller to find.
 */
export async function readLogRows(db: Kysely<Tables>, start: number, count: number): Promise<readonly LogRow[]> {
  const end = Math.min(start + count, Number.MAX_SAFE_INTEGER);
  const kept = await db.selectFrom("log_entry").selectAll().where("log_index", ">=", start).where("log_index", "<", end).orderBy("log_index").limit(count).execute();
  if (kept.length === count) return kept;
  const expired = await db.selectFrom("log_expired").selectAll().where("log_index", ">=", start).where("log_index", "<", end).orderBy("log_index").limit(count).execute();
  if (expired.length === 0) return kept;
  return [...kept, ...expired].sort((a, b) => a.log_index - b.log_index);
}

/** True for what retention left of an entry. */
export function isExpired(row: LogRow): row is LogExpiredRow {
  return "leaf" in row;
}

import type { Kysely } from "kysely";

import { listed } from "../engine/insert-rows.ts";
import { indicesOf } from "../log/decision-index.ts";
import type { Tables } from "../schema/tables.ts";

/** Where a walk along time stands: after the entry of this time and index. */
export interface Cursor {
  readonly time: number;
  readonly index: number;
}

export const BEGINNING: Cursor = { time: Number.MIN_SAFE_INTEGER, index: -1 };

/** An entry of a decision or an outcome that is before a time. */
export interface OldEntry {
  readonly log_index: number;
  readonly time: number;
  readonly kind: string;
  readonly decision_id: string;
}

/** At most `limit` entries before a time, in order of time, after the cursor. */
export async function oldEntries(db: Kysely<Tables>, before: number, after: Cursor, limit: number): Promise<readonly OldEntry[]> {
  const rows = await db
    .selectFrom("log_entry")
    .select(["log_index", "time", "kind", "decision_id"])
    // The first term is for the index: the third alone would be read from the beginning.
    .where("time", ">=", after.time)
    .where("time", "<", before)
    .where((eb) => eb.or([eb("time", ">", after.time), eb("log_index", ">", after.index)]))
    .orderBy("time")
    .orderBy("log_index")
    .limit(limit)
    .execute();
  // Only decisions and outcomes have a time, and both name a decision.
  return rows.flatMap(({ time, decision_id: decision, ...row }) => (time === null ? [] : [{ ...row, time, decision_id: decision ?? "" }]));
}

/** The cursor behind the last of these entries. */
export function cursorAfter(entries: readonly OldEntry[], otherwise: Cursor): Cursor {
  const last = entries.at(-1);
  return last === undefined ? otherwise : { time: last.time, index: last.log_index };
}

/** Which of these decisions were logged at this time or after it, too. An id that was logged again is that of the last decision. */
export async function youngDecisions(db: Kysely<Tables>, ids: readonly string[], since: number): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db.selectFrom("log_entry").select("decision_id").distinct().where("log_index", "in", indicesOf(ids)).where("decision_id", "in", listed(ids)).where("kind", "=", "decision").where("time", ">=", since).execute();
  return new Set(rows.flatMap(({ decision_id: id }) => id ?? []));
}

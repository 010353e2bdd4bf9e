import { sql, type Kysely, type Transaction } from "kysely";

import { listed } from "../engine/insert-rows.ts";
import { readHead } from "../log/log-head.ts";
import type { Tables } from "../schema/tables.ts";
import { youngDecisions, type OldEntry } from "./old-entries.ts";

/** Text that one step removes at most, in characters, unless a single one is longer: what is removed is overwritten, which takes time. */
const STEP_LENGTH = 250_000;

/** The decisions among these entries whose openings are kept, and are not those of a younger decision of the same id. */
export async function openingsOf(db: Kysely<Tables>, entries: readonly OldEntry[], before: number): Promise<readonly string[]> {
  const ids = [...new Set(entries.filter(({ kind }) => kind === "decision").map(({ decision_id: id }) => id))];
  if (ids.length === 0) return [];
  const rows = await db.selectFrom("decision_key").select("decision_id").where("decision_id", "in", listed(ids)).where("decision_key", "is not", null).execute();
  const kept = rows.map(({ decision_id: id }) => id);
  const young = await youngDecisions(db, kept, before);
  return kept.filter((id) => !young.has(id));
}

/** Overwrites the openings of these decisions; that they had some stays, so that they get no others. How many there were. */
export async function removeOpenings(tx: Transaction<Tables>, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const { numUpdatedRows } = await tx
    .updateTable("decision_key")
    .set({ decision_key: null, disclosed: null, learning: null })
    .where("decision_id", "in", listed(ids))
    .where("decision_key", "is not", null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Indices of the certificates that are kept with these entries, in steps that are not too long. */
export async function certificatesOf(db: Kysely<Tables>, entries: readonly OldEntry[]): Promise<readonly (readonly number[])[]> {
  const indices = entries.filter(({ kind }) => kind === "decision").map(({ log_index: index }) => index);
  if (indices.length === 0) return [];
  const rows = await db.selectFrom("certificate").select(["log_index", sql<number>`length(text)`.as("length")]).where("log_index", "in", listed(indices)).orderBy("log_index").execute();
  const steps: number[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    length += row.length;
    if (length > STEP_LENGTH) {
      steps.push([]);
      length = row.length;
    }
    steps.at(-1)?.push(row.log_index);
  }
  return steps;
}

/** Parts that one step removes at most; some have 50 KB. */
const PARTS = 5;

/** Removes some of the texts to which no certificate that is there may refer; false if there are none. */
export async function removeParts(tx: Transaction<Tables>): Promise<boolean> {
  const { size } = await readHead(tx);
  const first = await tx.selectFrom("certificate").select((eb) => eb.fn.min<number | null>("log_index").as("index")).executeTakeFirst();
  const unused = await tx.selectFrom("certificate_part").select("digest").where("until_index", "<", first?.index ?? size).orderBy("until_index").limit(PARTS).execute();
  if (unused.length > 0) await tx.deleteFrom("certificate_part").where("digest", "in", listed(unused.map(({ digest }) => digest))).execute();
  return unused.length > 0;
}

/** Removes the certificates at these indices, and says which there were. */
export async function removeCertificates(tx: Transaction<Tables>, indices: readonly number[]): Promise<readonly number[]> {
  if (indices.length === 0) return [];
  const rows = await tx.selectFrom("certificate").select("log_index").where("log_index", "in", listed(indices)).execute();
  const found = rows.map(({ log_index: index }) => index);
  if (found.length > 0) await tx.deleteFrom("certificate").where("log_index", "in", listed(found)).execute();
  return found;
}

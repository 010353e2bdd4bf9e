import { leafHash, toHex } from "@caio/core";
import type { Kysely, Transaction } from "kysely";

import { listed, RowInserter } from "../engine/insert-rows.ts";
import type { LogExpiredRow, Tables } from "../schema/tables.ts";
import { youngDecisions, type OldEntry } from "./old-entries.ts";
import { openingsOf, removeCertificates, removeOpenings } from "./remove-beside.ts";
import { recordRemoved, type Removed, type Run } from "./retention-runs.ts";

/** Writes what is left of entries. */
export function expiredInserter(): RowInserter<"log_expired", keyof LogExpiredRow> {
  return new RowInserter("log_expired", ["log_index", "leaf", "kind", "tenant", "decision_id", "run"]);
}

/** Those of the entries that may go: outcomes and feedback go no earlier than their decision. */
export async function removableOf(db: Kysely<Tables>, entries: readonly OldEntry[], before: number): Promise<readonly OldEntry[]> {
  const after = entries.filter(({ kind }) => kind !== "decision").map(({ decision_id: id }) => id);
  const kept = await youngDecisions(db, [...new Set(after)], before);
  return entries.filter(({ kind, decision_id: id }) => kind === "decision" || !kept.has(id));
}

/** Which entries a run removes. */
interface EntryRemoval {
  readonly run: Run;
  readonly entries: readonly OldEntry[];
  /** The cutoff. */
  readonly before: number;
  readonly expired: ReturnType<typeof expiredInserter>;
}

/** Leaves of these entries their leaf hashes alone, with what a decision is found by. Whatever was kept beside them goes, too. */
export async function removeEntries(tx: Transaction<Tables>, { run, entries, before, expired }: EntryRemoval): Promise<Removed> {
  const wanted = entries.map(({ log_index: index }) => index);
  const rows = await tx.selectFrom("log_entry").selectAll().where("log_index", "in", listed(wanted)).orderBy("log_index").execute();
  const indices = rows.map(({ log_index: index }) => index);
  if (indices.length === 0) return {};
  const openings = await removeOpenings(tx, await openingsOf(tx, entries, before));
  const certificates = await removeCertificates(tx, indices);
  await tx.deleteFrom("log_entry").where("log_index", "in", listed(indices)).execute();
  // What is left of an entry names the record of its run, which must be there first.
  await recordRemoved(tx, run, {});
  await expired.insert(
    tx,
    rows.map(({ log_index, kind, tenant, decision_id, text }) => ({ log_index, leaf: toHex(leafHash(text)), kind, tenant, decision_id, run: run.id })),
  );
  return { openings, certificates, entries: indices };
}

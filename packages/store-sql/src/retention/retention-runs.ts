import type { RemovedPart, RetentionRun } from "@caio/traceability";
import type { Kysely, Transaction } from "kysely";

import type { RetentionRunRow, Tables } from "../schema/tables.ts";
import { corruptRow, integerOf, jsonObjectOf, readRow, type RowPlace } from "../stores/row-door.ts";

/** What a step of retention removed, added to the record of its run in the transaction that removed it. */
export interface Removed {
  readonly openings?: number;
  /** Indices of the log. */
  readonly certificates?: readonly number[];
  readonly entries?: readonly number[];
  readonly versions?: readonly number[];
}

/** A run, and what its record says of why. */
export interface Run {
  readonly id: number;
  readonly at: number;
  /** JSON of its cutoffs. */
  readonly policy: string;
}

/** Number of the next run. */
export async function nextRun(db: Kysely<Tables>): Promise<number> {
  const row = await db.selectFrom("retention_run").select("id").orderBy("id", "desc").limit(1).executeTakeFirst();
  return (row?.id ?? 0) + 1;
}

/** Writes down what was removed: a run has a record from its first removal on, and one that was killed has that of what it did. */
export async function recordRemoved(tx: Transaction<Tables>, { id, at, policy }: Run, removed: Removed): Promise<void> {
  const { openings = 0, certificates = [], entries = [], versions = [] } = removed;
  const before = await tx.selectFrom("retention_run").selectAll().where("id", "=", id).executeTakeFirst();
  const ofCertificates = spanOf(certificates, before?.first_certificate, before?.last_certificate);
  const ofEntries = spanOf(entries, before?.first_entry, before?.last_entry);
  const ofVersions = spanOf(versions, before?.first_version, before?.last_version);
  const counts = {
    openings: (before?.openings ?? 0) + openings,
    certificates: (before?.certificates ?? 0) + certificates.length,
    first_certificate: ofCertificates.first,
    last_certificate: ofCertificates.last,
    entries: (before?.entries ?? 0) + entries.length,
    first_entry: ofEntries.first,
    last_entry: ofEntries.last,
    versions: (before?.versions ?? 0) + versions.length,
    first_version: ofVersions.first,
    last_version: ofVersions.last,
  };
  if (before === undefined) await tx.insertInto("retention_run").values({ id, at, policy, ...counts }).execute();
  else await tx.updateTable("retention_run").set(counts).where("id", "=", id).execute();
}

interface Span {
  readonly first: number | null;
  readonly last: number | null;
}

function spanOf(added: readonly number[], first: number | null | undefined, last: number | null | undefined): Span {
  const all = [...added, first, last].filter((each) => typeof each === "number");
  return all.length === 0 ? { first: null, last: null } : { first: Math.min(...all), last: Math.max(...all) };
}

/** All runs that removed something, in order. */
export async function readRuns(db: Kysely<Tables>): Promise<readonly RetentionRun[]> {
  const rows = await db.selectFrom("retention_run").selectAll().orderBy("id").execute();
  return rows.map(runOf);
}

function runOf(row: RetentionRunRow): RetentionRun {
  const place = { table: "retention_run", key: String(row.id) };
  return {
    at: integerOf(place, row.at),
    before: readRow(place, () => jsonObjectOf(row.policy)),
    openings: integerOf(place, row.openings),
    certificates: partOf(place, row.certificates, row.first_certificate, row.last_certificate),
    entries: partOf(place, row.entries, row.first_entry, row.last_entry),
    versions: partOf(place, row.versions, row.first_version, row.last_version),
  };
}

function partOf(place: RowPlace, count: number, first: number | null, last: number | null): RemovedPart {
  const range = first === null || last === null ? null : ([integerOf(place, first), integerOf(place, last)] as const);
  return { count: integerOf(place, count), range };
}

/** Says of the index of a decision that has no certificate whether a run removed it. */
export async function removedCertificates(db: Kysely<Tables>): Promise<(logIndex: number) => boolean> {
  const ranges = (await readRuns(db)).flatMap(({ certificates: { range } }) => (range === null ? [] : [range]));
  return (logIndex) => ranges.some(([first, last]) => first <= logIndex && logIndex <= last);
}

/** True if a run removed this version of H. */
export async function wasVersionRemoved(db: Kysely<Tables>, version: number): Promise<boolean> {
  const row = await db.selectFrom("retention_run").select("id").where("first_version", "<=", version).where("last_version", ">=", version).limit(1).executeTakeFirst();
  return row !== undefined;
}

/**
 * Holds what is left of expired entries against the records of the runs that removed them: each names its run, and of each run there
 * are as many as it says, where it says.
 *
 * @throws CaioError `IntegrityViolation` for an entry that is gone and that no run removed
 */
export async function requireRecorded(db: Kysely<Tables>): Promise<void> {
  const left = await db
    .selectFrom("log_expired")
    .select(({ fn }) => ["run", fn.countAll<number>().as("entries"), fn.min("log_index").as("first"), fn.max("log_index").as("last")])
    .groupBy("run")
    .execute();
  const ofRun = new Map(left.map((row) => [row.run, row]));
  const runs = await db.selectFrom("retention_run").select(["id", "entries", "first_entry", "last_entry"]).execute();
  for (const { id, entries, first_entry: first, last_entry: last } of runs) {
    const found = ofRun.get(id);
    ofRun.delete(id);
    if (entries === (found?.entries ?? 0) && first === (found?.first ?? null) && last === (found?.last ?? null)) continue;
    throw corruptRow({ table: "retention_run", key: String(id) }, `${String(found?.entries ?? 0)} entries that it removed, not the ${String(entries)} that it says,`);
  }
  for (const [run, { first }] of ofRun) {
    throw corruptRow({ table: "log_expired", key: String(first) }, `an entry that run ${String(run)} removed, of which there is no record,`);
  }
}

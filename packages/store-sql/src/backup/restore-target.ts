import { isCaioError } from "@caio/core";
import type { Kysely } from "kysely";

import { isStoreFault } from "../engine/store-fault.ts";
import { checkChain, checkLog } from "../log/check-log.ts";
import { indexDecisions } from "../log/decision-index.ts";
import { readHead } from "../log/log-head.ts";
import type { Tables } from "../schema/tables.ts";
import { badArchive, type ArchiveHeader, type ArchiveLog } from "./archive-format.ts";
import { archiveTables, type ArchiveColumns, type Row } from "./archive-tables.ts";
import type { ArchiveRows } from "./read-archive.ts";
import type { AnyTables } from "./snapshot.ts";

/** Rows of one statement: fewer parameters than any database allows. */
const STATEMENT_ROWS = 64;

/** Where an archive is restored to. Until `finish` has resolved there is nothing there. */
export interface RestoreTarget {
  begin(header: ArchiveHeader): Promise<void>;
  insert(rows: ArchiveRows): Promise<void>;
  /** Checks all of it, and lets others see it. */
  finish(): Promise<void>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/** The columns that tables have here, against those of the archive. @throws CaioError `IntegrityViolation` with reason `archive` */
export function requireColumns(found: ArchiveColumns, { columns, schema }: ArchiveHeader): void {
  for (const { name } of archiveTables) {
    if (JSON.stringify(found[name] ?? null) === JSON.stringify(columns[name] ?? null)) continue;
    throw badArchive(`Table ${name}`, (columns[name] ?? ["nothing"]).join(", "), `the columns of schema ${schema}: ${(found[name] ?? ["none"]).join(", ")}`);
  }
}

/** Writes rows in their order. */
export async function insertRows(db: Kysely<AnyTables>, columns: readonly string[], { table, rows }: Pick<ArchiveRows, "table" | "rows">): Promise<void> {
  for (let at = 0; at < rows.length; at += STATEMENT_ROWS) {
    const values = rows.slice(at, at + STATEMENT_ROWS).map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
    await db.insertInto(table).values(values).execute();
  }
}

/** The rows with another instance's name in the place of the one that they have. */
export function renamed({ table, log, rows }: ArchiveRows, columns: readonly string[], names: ReadonlyMap<string, string>): ArchiveRows {
  const at = table === "budget_hold" ? columns.indexOf("instance") : -1;
  if (at < 0) return { table, log, rows };
  return { table, log, rows: rows.map((row: Row) => row.map((cell, index) => (index === at && typeof cell === "string" ? (names.get(cell) ?? cell) : cell))) };
}

/** Checks a log that was just written: whole, linked, and the one that the archive said. @throws CaioError `IntegrityViolation` */
export async function checkRestored(db: Kysely<Tables>, { size, root, checkpoint }: ArchiveLog): Promise<void> {
  // It follows from the rest, so no archive holds it.
  await indexDecisions(db);
  await checkLog(db);
  await checkChain(db);
  const head = await readHead(db);
  if (head.size !== size || head.root !== root) throw badArchive("The log that was restored", `${String(head.size)} entries with root ${head.root}`, `${String(size)} with root ${root}`);
  const signed = await db.selectFrom("checkpoint").select("note").where("id", "=", 1).executeTakeFirst();
  if ((signed?.note ?? null) !== checkpoint) throw badArchive("The log that was restored", "another checkpoint", "that of the first line");
}

/** A row that the database does not take, for what is in it, is no fault of a writer here. */
export function asArchiveError(error: unknown): unknown {
  if (!isCaioError(error)) return error;
  const { cause } = error;
  // Class 22 of PostgreSQL: a text where a number must be, and the like.
  const isData = isStoreFault(error, "failed") && cause instanceof Error && "code" in cause && typeof cause.code === "string" && cause.code.startsWith("22");
  return isData || isStoreFault(error, "constraint") ? badArchive("A row of the archive", "one that breaks a rule of the schema", "what a store would hold") : error;
}

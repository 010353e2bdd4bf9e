import { CaioError } from "@caio/core";
import { sql, type ControlledTransaction, type Kysely } from "kysely";

import type { SchemaHome } from "../engine/engine.ts";
import { openReader, type PostgresReader } from "../engine/postgres/postgres-reader.ts";
import { postgresSchema } from "../engine/postgres/postgres-engine.ts";
import { readPlace, type PostgresPlace } from "../engine/postgres/postgres-place.ts";
import { storeError } from "../engine/store-fault.ts";
import { doneMigrations, knowsMigration, migrateIn } from "../schema/migrate.ts";
import type { Tables } from "../schema/tables.ts";
import type { ArchiveHeader, ArchiveLog } from "./archive-format.ts";
import { columnsOf } from "./postgres-snapshot.ts";
import type { ArchiveRows } from "./read-archive.ts";
import { checkRestored, insertRows, renamed, requireColumns, type RestoreTarget } from "./restore-target.ts";
import type { AnyTables } from "./snapshot.ts";

/** Where in PostgreSQL an archive is restored to. */
export interface PostgresRestorePlace extends Omit<PostgresPlace, "instance"> {
  /** The name of the one instance of the archive; absent: as it is there. */
  readonly instance?: string | undefined;
}

interface RestoredLog extends ArchiveLog {
  readonly name: string;
  readonly schema: string;
}

/** Restores into schemas without tables, all of it in one transaction. */
export class PostgresTarget implements RestoreTarget {
  readonly #place: PostgresRestorePlace;
  #reader: PostgresReader | undefined;
  #tx: ControlledTransaction<Tables> | undefined;
  #header: ArchiveHeader | undefined;
  #logs: readonly RestoredLog[] = [];
  #homes: readonly SchemaHome[] = [];

  constructor(place: PostgresRestorePlace) {
    this.#place = place;
  }

  async begin(header: ArchiveHeader): Promise<void> {
    if (!knowsMigration(header.schema)) throw storeError("newer_schema", "The archive");
    this.#logs = header.logs.map((log) => this.#named(log, header.logs.length));
    this.#header = header;
    this.#reader = openReader(this.#place);
    const { db, schema, name, lockKey } = this.#reader;
    const tx = await db.startTransaction().execute();
    this.#tx = tx;
    await sql`select pg_advisory_xact_lock(${lockKey("migrations")}::bigint)`.execute(tx);
    const schemas = [schema, ...this.#logs.map((log) => log.schema)];
    await requireEmpty(tx, schemas, name);
    this.#homes = [{ schema, parts: ["shared", "instances"] }, ...this.#logs.map((log): SchemaHome => ({ schema: log.schema, parts: ["log"] }))];
    await this.#migrate(header.schema);
    requireColumns(await columnsOf(tx, schemas), header);
    for (const log of this.#logs) await tx.withSchema(schema).insertInto("instance").values({ name: log.name, log_schema: log.schema }).execute();
  }

  async insert(rows: ArchiveRows): Promise<void> {
    const { tx, header, schema } = this.#begun();
    const columns = header.columns[rows.table] ?? [];
    const names = new Map(this.#logs.map(({ instance, name }) => [instance, name]));
    const place = rows.log === null ? schema : (this.#logs[rows.log]?.schema ?? "");
    await insertRows(tx.withSchema(place) as unknown as Kysely<AnyTables>, columns, renamed(rows, columns, names));
  }

  async finish(): Promise<void> {
    const { tx } = this.#begun();
    await this.#migrate();
    for (const log of this.#logs) await checkRestored(tx.withSchema(log.schema), log);
    await tx.commit().execute();
    this.#tx = undefined;
    await this.#close();
  }

  async abandon(): Promise<void> {
    await this.#tx?.rollback().execute().catch(() => undefined);
    this.#tx = undefined;
    await this.#close();
  }

  async #close(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await reader?.close();
  }

  #begun(): { readonly tx: ControlledTransaction<Tables>; readonly header: ArchiveHeader; readonly schema: string } {
    if (this.#tx === undefined || this.#header === undefined || this.#reader === undefined) throw storeError("closed", "The archive");
    return { tx: this.#tx, header: this.#header, schema: this.#reader.schema };
  }

  /** Up to a step, or all steps that are still missing. */
  async #migrate(until?: string): Promise<void> {
    const { tx } = this.#begun();
    for (const home of this.#homes) await migrateIn(tx, postgresSchema, home, new Set(await doneMigrations(tx, home)), until);
  }

  #named(log: ArchiveLog, count: number): RestoredLog {
    const { instance } = this.#place;
    if (instance !== undefined && count !== 1) throw refuse(`an archive of ${String(count)} instances, each with its name`, "no other name for them");
    const name = instance ?? log.instance;
    if (name === "") throw refuse("an archive of a file, whose log has no name", "the name of the instance that goes on with it");
    return { ...log, name, schema: readPlace({ ...this.#place, instance: name }).logSchema };
  }
}

/** Schemas that somebody made beforehand are good; tables in them are not. */
async function requireEmpty(tx: Kysely<Tables>, schemas: readonly string[], place: string): Promise<void> {
  const { rows: tables } = await sql`select 1 from pg_tables where schemaname = any(${schemas}) limit 1`.execute(tx);
  if (tables.length > 0) throw storeError("not_empty", place);
  const { rows: known } = await sql<{ readonly nspname: string }>`select nspname from pg_namespace where nspname = any(${schemas})`.execute(tx);
  for (const name of schemas) if (!known.some(({ nspname }) => nspname === name)) await tx.schema.createSchema(name).execute();
}

function refuse(found: string, expected: string): CaioError<"InvalidRequest"> {
  return new CaioError("InvalidRequest", `Restoring: found ${found}, expected ${expected}.`, { details: { found, expected } });
}

import type { Kysely } from "kysely";

import { storeError } from "../engine/store-fault.ts";
import { doneMigrations } from "../schema/migrate.ts";
import type { Tables } from "../schema/tables.ts";
import { archiveTables, type ArchiveColumns } from "./archive-tables.ts";
import { pagesOf, type AnyTables, type Snapshot } from "./snapshot.ts";

/** A snapshot of what all instances of a schema share, and of all of their logs: one transaction that only reads. */
export async function postgresSnapshot(db: Kysely<Tables>, schema: string): Promise<Snapshot> {
  const tx = await db.startTransaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute();
  try {
    const migrations = await doneMigrations(tx, { schema, parts: [] });
    const instances = await tx.withSchema(schema).selectFrom("instance").selectAll().orderBy("name").execute();
    const newest = migrations.toSorted().at(-1) ?? "";
    for (const { name, log_schema: home } of instances) await requireVersion(tx, { name, home, newest });
    const columns = await columnsOf(tx, [schema, ...instances.map(({ log_schema: each }) => each)]);
    return {
      schema: newest,
      columns,
      instances: instances.map(({ name }) => name),
      pages: (name, key, log) => {
        const place = log === null ? schema : (instances[log]?.log_schema ?? "");
        return pagesOf({ db: tx as unknown as Kysely<AnyTables>, from: `${place}.${name}`, columns: columns[name] ?? [], key });
      },
      close: async () => { await tx.rollback().execute(); },
    };
  } catch (error) {
    await tx.rollback().execute();
    throw error;
  }
}

interface LogOfVersion {
  readonly name: string;
  readonly home: string;
  readonly newest: string;
}

/** The log of an instance that was not started since the version changed is of another form than the rest. */
async function requireVersion(db: Kysely<Tables>, { name, home, newest }: LogOfVersion): Promise<void> {
  if ((await doneMigrations(db, { schema: home, parts: [] })).toSorted().at(-1) !== newest) throw storeError("older_schema", `The log of instance ${name}`);
}

/** The columns of the tables of an archive that are there, in order of their names. */
export async function columnsOf(db: Kysely<Tables>, schemas: readonly string[]): Promise<ArchiveColumns> {
  const tables = await db.introspection.getTables();
  const names = archiveTables.map(({ name }) => name as string);
  const ours = tables.filter(({ name, schema }) => names.includes(name) && schemas.includes(schema ?? ""));
  return Object.fromEntries(ours.map(({ name, columns }) => [name, columns.map((column) => column.name).sort()]));
}

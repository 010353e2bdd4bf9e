import { Migrator, type Kysely, type Migration } from "kysely";

import type { Engine } from "../engine/engine.ts";
import { asStoreError, storeError } from "../engine/store-fault.ts";
import { stores } from "./migrations/0001-stores.ts";
import { openings } from "./migrations/0002-openings.ts";

/** In order of their names; each ran once, and none is ever undone. */
function migrations({ schema }: Engine): Readonly<Record<string, Migration>> {
  return { "0001-stores": { up: (db: Kysely<never>) => stores(db, schema) }, "0002-openings": { up: openings } };
}

/**
 * Brings the schema up to date: all that is missing, or nothing.
 *
 * @throws CaioError with `details.reason` `newer_schema` if the data was written by a newer version
 */
export async function migrate(engine: Engine): Promise<void> {
  const known = migrations(engine);
  const migrator = new Migrator({ db: engine.db, provider: { getMigrations: () => Promise.resolve({ ...known }) } });
  const done = await doneMigrations(engine);
  if (done.some((name) => !(name in known))) throw storeError("newer_schema", engine.place);
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw asStoreError(error, engine.place);
}

async function doneMigrations({ db }: Engine): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === "kysely_migration")) return [];
  const rows = await db.withTables<{ kysely_migration: { name: string } }>().selectFrom("kysely_migration").select("name").execute();
  return rows.map(({ name }) => name);
}

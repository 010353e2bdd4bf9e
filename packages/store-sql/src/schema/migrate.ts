import { Migrator, sql, type Kysely, type Migration } from "kysely";

import type { MigrationTarget, SchemaDialect, SchemaHome, SchemaPart } from "../engine/engine.ts";
import { asStoreError, storeError } from "../engine/store-fault.ts";
import { stores } from "./migrations/0001-stores.ts";
import { openings } from "./migrations/0002-openings.ts";
import { instances } from "./migrations/0003-instances.ts";
import { retention } from "./migrations/0004-retention.ts";

/** What one migration does in one home: only the tables of the parts that are there. */
export interface MigrationHome {
  readonly dialect: SchemaDialect;
  readonly has: (part: SchemaPart) => boolean;
}

type Step = (db: Kysely<never>, home: MigrationHome) => Promise<void>;

/** In order of their names; each ran once in each home, and none is ever undone. */
const steps: Readonly<Record<string, Step>> = { "0001-stores": stores, "0002-openings": openings, "0003-instances": instances, "0004-retention": retention };

/**
 * Brings the schema up to date: all that is missing in a home, or nothing.
 *
 * @throws CaioError with `details.reason` `newer_schema` if the data was written by a newer version
 */
export async function migrate(target: MigrationTarget): Promise<void> {
  for (const home of target.homes) {
    const done = await doneMigrations(target.db, home);
    if (done.some((name) => !(name in steps))) throw storeError("newer_schema", target.place);
  }
  for (const home of target.homes) await migrateHome(target, home);
}

async function migrateHome({ db, place, schema: dialect }: MigrationTarget, { schema, parts }: SchemaHome): Promise<void> {
  const has = (part: SchemaPart): boolean => parts.includes(part);
  const inHome = (step: Step): Migration => ({ up: (each: Kysely<never>) => step(schema === undefined ? each : each.withSchema(schema), { dialect, has }) });
  const migrations = Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, inHome(step)]));
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) }, ...(schema === undefined ? {} : { migrationTableSchema: schema }) });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw asStoreError(error, place);
}

async function doneMigrations(db: Kysely<never> | MigrationTarget["db"], { schema }: SchemaHome): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === "kysely_migration" && (schema === undefined || table.schema === schema))) return [];
  const table = schema === undefined ? sql.table("kysely_migration") : sql.table(`${schema}.kysely_migration`);
  const { rows } = await sql<{ readonly name: string }>`select name from ${table}`.execute(db);
  return rows.map(({ name }) => name);
}

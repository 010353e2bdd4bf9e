import { sql, type Kysely, type RawBuilder, type Transaction } from "kysely";

import type { MigrationTarget, SchemaDialect, SchemaHome, SchemaPart } from "../engine/engine.ts";
import { storeError } from "../engine/store-fault.ts";
import type { Tables } from "./tables.ts";
import { stores } from "./migrations/0001-stores.ts";
import { openings } from "./migrations/0002-openings.ts";
import { instances } from "./migrations/0003-instances.ts";
import { retention } from "./migrations/0004-retention.ts";
import { replicas } from "./migrations/0005-replicas.ts";
import { certificateParts } from "./migrations/0006-certificate-parts.ts";
import { decisionIndex } from "./migrations/0007-decision-index.ts";
import { feedback } from "./migrations/0008-feedback.ts";

/** What one migration does in one home: only the tables of the parts that are there. */
export interface MigrationHome {
  readonly dialect: SchemaDialect;
  readonly has: (part: SchemaPart) => boolean;
  /** Its schema, where a database has schemas. */
  readonly name: string | undefined;
}

type Step = (db: Kysely<never>, home: MigrationHome) => Promise<void>;

const LIST = "kysely_migration";

/** In order of their names; each ran once in each home, and none is ever undone. */
const steps: Readonly<Record<string, Step>> = {
  "0001-stores": stores,
  "0002-openings": openings,
  "0003-instances": instances,
  "0004-retention": retention,
  "0005-replicas": replicas,
  "0006-certificate-parts": certificateParts,
  "0007-decision-index": decisionIndex,
  "0008-feedback": feedback,
};

/** The newest migration that there is. */
const newestMigration: string = Object.keys(steps).sort().at(-1) ?? "";

/**
 * Brings the schema up to date: all that is missing in a home, or nothing. Whoever calls it is alone at it.
 *
 * @throws CaioError with `details.reason` `newer_schema` if the data was written by a newer version
 */
export async function migrate(target: MigrationTarget): Promise<void> {
  const done = new Map<SchemaHome, ReadonlySet<string>>();
  for (const home of target.homes) {
    const names = await doneMigrations(target.db, home);
    if (names.some((name) => !(name in steps))) throw storeError("newer_schema", target.place);
    done.set(home, new Set(names));
  }
  for (const [home, names] of done) await migrateHome(target, home, names);
}

async function migrateHome({ db, schema }: MigrationTarget, home: SchemaHome, done: ReadonlySet<string>): Promise<void> {
  if (Object.keys(steps).every((name) => done.has(name))) return;
  await db.transaction().execute((tx) => migrateIn(tx, schema, home, done));
}

/**
 * Does the steps that are missing in one home, in a transaction that somebody else ends.
 *
 * @param until - the last step, of which there must be one of this name
 */
export async function migrateIn(tx: Transaction<Tables>, dialect: SchemaDialect, home: SchemaHome, done: ReadonlySet<string>, until: string = newestMigration): Promise<void> {
  const has = (part: SchemaPart): boolean => home.parts.includes(part);
  const list = listOf(home);
  await sql`create table if not exists ${list} (name varchar(255) not null primary key, timestamp varchar(255) not null)`.execute(tx);
  const inHome = (home.schema === undefined ? tx : tx.withSchema(home.schema)) as unknown as Kysely<never>;
  for (const [name, step] of Object.entries(steps).filter(([each]) => !done.has(each) && each <= until)) {
    await step(inHome, { dialect, has, name: home.schema });
    await sql`insert into ${list} (name, timestamp) values (${name}, cast(current_timestamp as varchar(255)))`.execute(tx);
  }
}

/** Whether this version knows a step of this name. */
export function knowsMigration(name: string): boolean {
  return Object.hasOwn(steps, name);
}

/** Whether nothing is missing after these. */
export function isUpToDate(done: readonly string[]): boolean {
  return Object.keys(steps).every((name) => done.includes(name));
}

/** The list of what was done, by the name that it has had from the beginning. */
function listOf({ schema }: SchemaHome): RawBuilder<unknown> {
  return sql.table(schema === undefined ? LIST : `${schema}.${LIST}`);
}

/** The migrations that were done in a home. */
export async function doneMigrations(db: MigrationTarget["db"], home: SchemaHome): Promise<readonly string[]> {
  const { schema } = home;
  const search = schema === undefined
    ? sql`select 1 from sqlite_master where type = 'table' and name = ${LIST}`
    : sql`select 1 from pg_tables where schemaname = ${schema} and tablename = ${LIST}`;
  if ((await search.execute(db)).rows.length === 0) return [];
  const { rows } = await sql<{ readonly name: string }>`select name from ${listOf(home)}`.execute(db);
  return rows.map(({ name }) => name);
}

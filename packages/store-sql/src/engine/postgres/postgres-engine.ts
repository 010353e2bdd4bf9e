import { Kysely, sql, type Transaction } from "kysely";

import { postgresSnapshot } from "../../backup/postgres-snapshot.ts";
import { migrate } from "../../schema/migrate.ts";
import type { Tables } from "../../schema/tables.ts";
import { CommitQueue } from "../commit-queue.ts";
import type { Engine, MigrationTarget } from "../engine.ts";
import { OneAtATime } from "../one-at-a-time.ts";
import { isStoreFault } from "../store-fault.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import { onlySource, PostgresSourceDialect } from "./postgres-driver.ts";
import { asPostgresError } from "./postgres-fault.ts";
import type { PostgresTuning, ReadPlace } from "./postgres-place.ts";
import { ReaderPool } from "./reader-pool.ts";
import { WriterConnections, type QueueName } from "./writer-connections.ts";
import { WriterSession } from "./writer-session.ts";

/** How tables are made here. */
export const postgresSchema: MigrationTarget["schema"] = { integer: "bigint", text: sql`text collate "C"`, tableEnd: sql``, keyTableEnd: sql`` };

/**
 * The engine of one instance's log, and of what it shares, in PostgreSQL. The log is this process's alone: an advisory lock says so, held
 * by the connection that commits.
 *
 * @throws CaioError with `details.reason` `locked` if another process has this instance, `unreachable`, `cannot_open`, `newer_schema`
 */
export async function postgresEngine(place: ReadPlace, tuning: PostgresTuning): Promise<Engine> {
  const connections = new WriterConnections(place, tuning);
  const opened: PostgresConnection[] = [];
  const session = async (queue: QueueName, connection: PostgresConnection): Promise<WriterSession> => {
    const options = { place: place.name, instance: place.instance, queue, patienceMs: tuning.patienceMs, connect: (before?: PostgresConnection) => connections.open(queue, before) };
    return new WriterSession(options, connection, await markOf(place, connection, queue));
  };
  try {
    const first = await connections.first("log");
    opened.push(first);
    await prepare(place, first);
    const second = await connections.first("shared");
    opened.push(second);
    return engineOver(place, tuning, { log: await session("log", first), shared: await session("shared", second) });
  } catch (error) {
    for (const connection of opened) await connection.end();
    throw asPostgresError(error, place.name);
  }
}

function engineOver(place: ReadPlace, { readers, answerMs }: PostgresTuning, { log, shared }: Readonly<Record<QueueName, WriterSession>>): Engine {
  const refusal = (): Error | undefined => log.fenced ?? shared.fenced;
  const pool = new ReaderPool({ ...place.config, max: readers, query_timeout: answerMs }, place.name, refusal);
  const db = new Kysely<Tables>({ dialect: new PostgresSourceDialect(pool) });
  const commits = new CommitQueue((action) => log.transact(action), place.name, { mayGoWell });
  // One at a time, so that no transaction holds what two pieces of work lock in two orders.
  const sharedCommits = new CommitQueue((action) => shared.transact(action), place.name, { most: 1, mayGoWell });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([commits.close(), sharedCommits.close()]);
    await Promise.all([pool.end(), log.close(), shared.close()]);
  };
  return {
    place: place.name,
    instance: place.instance,
    db,
    commits,
    sharedCommits,
    removals: new OneAtATime(),
    snapshot: () => postgresSnapshot(db, place.schema),
    schema: postgresSchema,
    homes: homesOf(place),
    exclusively: (tx, names) => lockAll(tx, names.map(place.lockKey)),
    scrub: (tables) => scrubbed(db, tables),
    close: () => (closing ??= close()),
  };
}

/** Nothing is kept of what was in another writer's way, nor of what was cut off before its commit. */
function mayGoWell(error: unknown): boolean {
  return isStoreFault(error, "conflict") || (isStoreFault(error, "unreachable") && error.details["kept"] === undefined);
}

function homesOf({ schema: shared, logSchema }: ReadPlace): MigrationTarget["homes"] {
  return [{ schema: shared, parts: ["shared", "instances"] }, { schema: logSchema, parts: ["log"] }];
}

/** In the order of their numbers, so that nobody waits for somebody who waits for him. */
async function lockAll(tx: Transaction<Tables>, keys: readonly string[]): Promise<void> {
  const sorted = [...new Set(keys)].map(BigInt).sort((a, b) => (a < b ? -1 : 1)).map(String);
  await sql`select pg_advisory_xact_lock(key) from unnest(${sorted}::bigint[]) as key`.execute(tx);
}

/** Old versions of rows go. What the disk keeps of overwritten blocks, and the write-ahead log and its archive, are out of reach. */
async function scrubbed(db: Kysely<Tables>, tables: readonly (keyof Tables)[]): Promise<void> {
  for (const table of tables) await sql`vacuum (index_cleanup off, truncate off) ${sql.table(table)}`.execute(db);
}

/** Makes the schemas and brings them up to date, alone among all replicas that start at the same time. */
async function prepare(place: ReadPlace, connection: PostgresConnection): Promise<void> {
  const { schema: shared, logSchema, instance } = place;
  const db = new Kysely<Tables>({ dialect: new PostgresSourceDialect(onlySource(connection)) });
  const key = place.lockKey("migrations");
  await sql`select pg_advisory_lock(${key}::bigint)`.execute(db);
  try {
    await makeSchemas(db, [shared, logSchema]);
    await migrate({ place: place.name, db, schema: postgresSchema, homes: homesOf(place) });
    await db.insertInto("instance").values({ name: instance, log_schema: logSchema }).onConflict((conflict) => conflict.column("name").doNothing()).execute();
  } finally {
    await sql`select pg_advisory_unlock(${key}::bigint)`.execute(db);
  }
}

/** `create schema if not exists` asks for the right to make one, also where it exists. */
async function makeSchemas(db: Kysely<Tables>, names: readonly string[]): Promise<void> {
  const { rows } = await sql<{ readonly nspname: string }>`select nspname from pg_namespace where nspname = any(${names})`.execute(db);
  for (const name of names) if (!rows.some(({ nspname }) => nspname === name)) await db.schema.createSchema(name).execute();
}

async function markOf({ instance }: ReadPlace, connection: PostgresConnection, queue: QueueName): Promise<string> {
  const db = new Kysely<Tables>({ dialect: new PostgresSourceDialect(onlySource(connection)) });
  await db.insertInto("writer").values({ instance, queue, mark: "" }).onConflict((conflict) => conflict.columns(["instance", "queue"]).doNothing()).execute();
  const { mark } = await db.selectFrom("writer").select("mark").where("instance", "=", instance).where("queue", "=", queue).executeTakeFirstOrThrow();
  return mark;
}

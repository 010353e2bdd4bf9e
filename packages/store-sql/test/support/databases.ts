import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { installedPostgres, sharedPostgres, type PostgresServer } from "@caio/fakes";
import Database from "libsql";
import { onTestFinished } from "vitest";

import type { Engine } from "../../src/engine/engine.ts";
import { postgresEngine } from "../../src/engine/postgres/postgres-engine.ts";
import { readPlace, type PostgresTuning } from "../../src/engine/postgres/postgres-place.ts";
import { sqliteEngine } from "../../src/engine/sqlite-engine.ts";
import { openPostgresStores, openSqlStores, type SqlStores } from "../../src/index.ts";
import { migrate } from "../../src/schema/migrate.ts";

/** A database of one test, empty at first. */
export interface TestDatabase {
  /** Of one instance, where there are several. */
  open(instance?: string): Promise<SqlStores>;
  /** The engine, with its schema up to date; it is closed with the test. */
  engine(instance?: string): Promise<Engine>;
  /** Changes it behind the store's back, without regard for references. */
  tamper(sql: string): Promise<void>;
}

/** One kind of database. */
export interface DatabaseKind {
  readonly where: string;
  readonly make: () => Promise<TestDatabase>;
}

const installed = installedPostgres();
if ("missing" in installed) console.log(`Not run: tests of the stores in PostgreSQL. ${installed.missing}`);

/** Whether there is a PostgreSQL to test with. */
export const hasPostgres = !("missing" in installed);

export const sqlite: DatabaseKind = { where: "sqlite", make: () => Promise.resolve(new SqliteTestDatabase(newFile())) };
export const postgres = { where: "postgres", make: async () => new PostgresTestDatabase(await sharedPostgres()) } satisfies DatabaseKind;

/** All kinds that can be tested here: the same tests hold for all of them. */
export const databaseKinds: readonly DatabaseKind[] = hasPostgres ? [sqlite, postgres] : [sqlite];

/** The path of a file that is not there yet, and goes with the test. */
export function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "caio-store-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return join(folder, "caio.db");
}

export class SqliteTestDatabase implements TestDatabase {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  open(): Promise<SqlStores> {
    return openSqlStores({ file: this.file, busyTimeoutMs: 50 });
  }

  async engine(): Promise<Engine> {
    const engine = sqliteEngine(this.file, 100);
    onTestFinished(() => engine.close());
    await migrate(engine);
    return engine;
  }

  tamper(sql: string): Promise<void> {
    const raw = new Database(this.file);
    raw.exec(`pragma foreign_keys = off; ${sql}`);
    raw.close();
    return Promise.resolve();
  }
}

const TUNING: PostgresTuning = { busyTimeoutMs: 50, patienceMs: 5000, answerMs: 20_000, readers: 2 };
let schemas = 0;

/** Schemas of its own on a server. */
export class PostgresTestDatabase implements TestDatabase {
  readonly server: PostgresServer;
  readonly schema = `t${String(schemas++)}`;

  constructor(server: PostgresServer) {
    this.server = server;
  }

  open(instance = "a", tuning: Partial<PostgresTuning> = {}): Promise<SqlStores> {
    return openPostgresStores({ database: this.server.url(), schema: this.schema, instance, ...TUNING, ...tuning });
  }

  async engine(instance = "a", tuning: Partial<PostgresTuning> = {}): Promise<Engine> {
    const engine = await postgresEngine(readPlace({ database: this.server.url(), schema: this.schema, instance }), { ...TUNING, ...tuning });
    onTestFinished(() => engine.close());
    return engine;
  }

  async tamper(sql: string): Promise<void> {
    await this.server.query(`set search_path = ${this.schema}_log_a, ${this.schema}; set session_replication_role = replica; ${sql}`);
  }
}

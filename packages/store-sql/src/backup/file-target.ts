import { existsSync } from "node:fs";
import { link, open, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { CaioError } from "@caio/core";
import type { Kysely } from "kysely";

import type { Engine } from "../engine/engine.ts";
import { sqliteEngine } from "../engine/sqlite-engine.ts";
import { isStoreFault, storeError } from "../engine/store-fault.ts";
import { knowsMigration, migrate, migrateIn } from "../schema/migrate.ts";
import type { ArchiveHeader } from "./archive-format.ts";
import type { ArchiveRows } from "./read-archive.ts";
import { checkRestored, insertRows, renamed, requireColumns, type RestoreTarget } from "./restore-target.ts";
import type { AnyTables } from "./snapshot.ts";
import { columnsOf } from "./sqlite-snapshot.ts";

/** A file is let go by its process at once, or it is another's. */
const BUSY_MS = 100;

/** Restores into a new file: beside it at first, and in its place when all of it has been checked. */
export class FileTarget implements RestoreTarget {
  readonly #file: string;
  readonly #part: string;
  #engine: Engine | undefined;
  /** Whether what is beside the file is this one's to remove. */
  #ours = false;
  #header: ArchiveHeader | undefined;

  /** @param file - which must not be there */
  constructor(file: string) {
    this.#file = file;
    this.#part = `${file}.restoring`;
  }

  async begin(header: ArchiveHeader): Promise<void> {
    if (existsSync(this.#file)) throw storeError("not_empty", this.#file);
    if (header.logs.length !== 1) throw severalLogs(this.#file, header);
    if (!knowsMigration(header.schema)) throw storeError("newer_schema", "The archive");
    await this.#removeLeftover();
    this.#ours = true;
    const engine = sqliteEngine(this.#part, BUSY_MS);
    this.#engine = engine;
    this.#header = header;
    for (const home of engine.homes) await engine.db.transaction().execute((tx) => migrateIn(tx, engine.schema, home, new Set(), header.schema));
    requireColumns(await columnsOf(engine.db), header);
  }

  async insert(rows: ArchiveRows): Promise<void> {
    const { engine, header } = this.#begun();
    const columns = header.columns[rows.table] ?? [];
    const names = new Map(header.logs.map(({ instance }) => [instance, ""]));
    await engine.commits.run((tx) => insertRows(tx as unknown as Kysely<AnyTables>, columns, renamed(rows, columns, names)));
  }

  async finish(): Promise<void> {
    const { engine, header } = this.#begun();
    await migrate(engine);
    for (const log of header.logs) await checkRestored(engine.db, log);
    await engine.close();
    this.#engine = undefined;
    // What could not be tidied is not all in the file.
    if (existsSync(`${this.#part}-wal`)) throw storeError("io", this.#part);
    await this.#putInPlace();
    this.#ours = false;
  }

  async abandon(): Promise<void> {
    await this.#engine?.close().catch(() => undefined);
    if (this.#ours) await this.#remove();
  }

  #begun(): { readonly engine: Engine; readonly header: ArchiveHeader } {
    if (this.#engine === undefined || this.#header === undefined) throw storeError("closed", this.#file);
    return { engine: this.#engine, header: this.#header };
  }

  /** What a process that was killed left behind, unless it still is at it. */
  async #removeLeftover(): Promise<void> {
    if (!existsSync(this.#part)) return;
    try {
      await sqliteEngine(this.#part, BUSY_MS).close();
    } catch (error) {
      if (isStoreFault(error, "locked")) throw error;
    }
    await this.#remove();
  }

  async #remove(): Promise<void> {
    for (const end of ["", "-wal", "-shm", "-journal"]) await rm(this.#part + end, { force: true });
  }

  /** By a link, which takes nobody's place. A name is durable once its folder is. */
  async #putInPlace(): Promise<void> {
    try {
      await link(this.#part, this.#file);
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") throw storeError("not_empty", this.#file);
      throw storeError("cannot_open", this.#file, { cause });
    }
    await this.#remove();
    const folder = await open(dirname(this.#file), "r").catch(() => undefined);
    await folder?.sync().catch(() => undefined);
    await folder?.close();
  }
}

function severalLogs(file: string, { logs }: ArchiveHeader): CaioError<"InvalidRequest"> {
  const found = logs.map(({ instance }) => instance).join(", ");
  const message = `${file}: found an archive with the logs of ${String(logs.length)} instances (${found}), expected one: a file has one log. Restore it into PostgreSQL.`;
  return new CaioError("InvalidRequest", message, { details: { found: logs.length, expected: 1 } });
}

import { Kysely, type ColumnDataType, type RawBuilder, sql } from "kysely";

import type { Tables } from "../schema/tables.ts";
import { CommitQueue } from "./commit-queue.ts";
import { SqliteConnection, type NativeConnection } from "./sqlite-connection.ts";
import { SqliteFileDialect } from "./sqlite-dialect.ts";
import { emptyWal, openSqliteFile, release } from "./sqlite-file.ts";
import { asStoreError } from "./store-fault.ts";

/** What migrations must know of a database: everything else is the same queries. */
export interface SchemaDialect {
  /** Holds any integer up to 2^53 − 1. */
  readonly integer: ColumnDataType;
  /** Stands after the columns of a table. */
  readonly tableEnd: RawBuilder<unknown>;
}

/** The database behind the stores. PostgreSQL would be another one of these. */
export interface Engine {
  /** Where the data is, for messages. */
  readonly place: string;
  readonly db: Kysely<Tables>;
  /** Everything that writes goes through here. */
  readonly commits: CommitQueue;
  readonly schema: SchemaDialect;
  /** Makes sure that nothing erased is left anywhere. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}

/** The engine of one SQLite file, opened for this process alone. @throws CaioError as `openSqliteFile` */
export function sqliteEngine(file: string, busyTimeoutMs: number): Engine {
  const native = openSqliteFile(file, busyTimeoutMs);
  const connection = new SqliteConnection(native, file);
  const db = new Kysely<Tables>({ dialect: new SqliteFileDialect({ database: connection }) });
  const commits = new CommitQueue(db, file);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await commits.close();
    await inTurn(db, () => {
      connection.close();
      release(native);
    });
  };
  return {
    place: file,
    db,
    commits,
    schema: { integer: "integer", tableEnd: sql`strict` },
    scrub: () => inTurn(db, () => { scrubbed(native, file); }),
    close: () => (closing ??= close()),
  };
}

/** Does something with the connection itself when no query and no transaction uses it. */
async function inTurn(db: Kysely<Tables>, action: () => void): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/require-await -- async turns what is thrown into a rejection
  await db.connection().execute(async () => { action(); });
}

function scrubbed(native: NativeConnection, file: string): void {
  try {
    emptyWal(native);
  } catch (error) {
    throw asStoreError(error, file);
  }
}

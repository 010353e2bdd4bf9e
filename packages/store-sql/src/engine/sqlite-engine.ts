import { Kysely, sql, SqliteDialect, type Transaction } from "kysely";

import { sqliteSnapshot } from "../backup/sqlite-snapshot.ts";
import type { Tables } from "../schema/tables.ts";
import { begunTransaction } from "./begun-transaction.ts";
import { CommitQueue } from "./commit-queue.ts";
import type { Engine, SchemaHome } from "./engine.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { SqliteConnection, type NativeConnection } from "./sqlite-connection.ts";
import { emptyWal, openSqliteFile, release } from "./sqlite-file.ts";
import { asStoreError } from "./store-fault.ts";

const home: SchemaHome = { parts: ["shared", "log"] };
const homes: readonly SchemaHome[] = [home];

/** The engine of one SQLite file, opened for this process alone. @throws CaioError as `openSqliteFile` */
export function sqliteEngine(file: string, busyTimeoutMs: number): Engine {
  const native = openSqliteFile(file, busyTimeoutMs);
  const connection = new SqliteConnection(native, file);
  const dialect = new SqliteDialect({ database: connection });
  const db = new Kysely<Tables>({ dialect });
  // While it has kysely's connection nobody else has.
  const commits = new CommitQueue((action) => db.connection().execute(() => inTransaction(dialect, connection, action)), file);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await commits.close();
    await inTurn(db, () => {
      connection.close();
      release(native);
    });
  };
  const removals = new OneAtATime();
  return {
    place: file,
    instance: "",
    db,
    commits,
    sharedCommits: commits,
    removals,
    schema: { integer: "integer", text: "text", tableEnd: sql`strict`, keyTableEnd: sql`strict, without rowid` },
    homes,
    snapshot: () => sqliteSnapshot({ db, commits, removals, home }),
    // The file is this process's alone, and its transactions follow one another.
    exclusively: () => Promise.resolve(),
    scrub: () => inTurn(db, () => { scrubbed(native, file); }),
    close: () => (closing ??= close()),
  };
}

async function inTransaction<T>(dialect: SqliteDialect, connection: SqliteConnection, action: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
  connection.execute("begin");
  const { tx, end } = begunTransaction(dialect, connection);
  try {
    const result = await action(tx);
    end();
    connection.execute("commit");
    return result;
  } catch (error) {
    end();
    connection.execute("rollback");
    throw error;
  }
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

import { SqliteAdapter, SqliteDialect, type DialectAdapter } from "kysely";

/** kysely's dialect for one SQLite file, with migrations that happen whole or not at all: SQLite rolls back DDL, too. */
export class SqliteFileDialect extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

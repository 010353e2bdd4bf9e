import { DefaultQueryExecutor, DummyDriver, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, Transaction, type DatabaseConnection, type Dialect, type Kysely } from "kysely";

import type { Tables } from "../../schema/tables.ts";

/**
 * Queries on a connection, as a transaction that somebody else begins and ends. Unlike those of kysely's own transactions, queries that
 * are sent together travel together.
 */
export function transactionOver(connection: () => DatabaseConnection): Transaction<Tables> {
  const [compiler, adapter] = [new PostgresQueryCompiler(), new PostgresAdapter()];
  const executor = new DefaultQueryExecutor(compiler, adapter, { provideConnection: (consumer) => consumer(connection()) });
  const dialect: Dialect = {
    createAdapter: () => adapter,
    createDriver: () => new DummyDriver(),
    createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
    createQueryCompiler: () => compiler,
  };
  return new Transaction<Tables>({ config: { dialect }, dialect, driver: new DummyDriver(), executor });
}

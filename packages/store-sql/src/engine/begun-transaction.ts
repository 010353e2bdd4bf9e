import { DefaultQueryExecutor, DummyDriver, Transaction, type DatabaseConnection, type Dialect } from "kysely";

import type { Tables } from "../schema/tables.ts";

/** A transaction that was begun on a connection, and that somebody else commits or rolls back. */
export interface BegunTransaction {
  /**
   * Queries are sent when they are asked for, and do not wait for one another as those of kysely's own transactions do. So none of a piece of
   * work that was refused can be left over, to be done after the rollback, alone.
   */
  readonly tx: Transaction<Tables>;
  /** Refuses what is asked for from now on. */
  readonly end: () => void;
}

/** @param dialect - of the connection; its driver is not used */
export function begunTransaction(dialect: Dialect, connection: DatabaseConnection): BegunTransaction {
  let ended = false;
  const executor = new DefaultQueryExecutor(dialect.createQueryCompiler(), dialect.createAdapter(), {
    provideConnection: (consumer) => (ended ? Promise.reject(new Error("The transaction has ended.")) : consumer(connection)),
  });
  return {
    tx: new Transaction<Tables>({ config: { dialect }, dialect, driver: new DummyDriver(), executor }),
    end: () => { ended = true; },
  };
}

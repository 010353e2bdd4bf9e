import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type Dialect, type Driver, type Kysely, type QueryCompiler, type TransactionSettings } from "kysely";

import type { PostgresConnection } from "./postgres-connection.ts";

/** Where connections come from, and go back to. */
export interface ConnectionSource {
  take(): Promise<PostgresConnection>;
  giveBack(connection: PostgresConnection): void;
  end(): Promise<void>;
}

/** One connection, which stays open. */
export function onlySource(connection: PostgresConnection): ConnectionSource {
  return { take: () => Promise.resolve(connection), giveBack: () => undefined, end: () => Promise.resolve() };
}

/** kysely's dialect over connections that somebody else opens. */
export class PostgresSourceDialect implements Dialect {
  readonly #source: ConnectionSource;

  constructor(source: ConnectionSource) {
    this.#source = source;
  }

  createDriver(): Driver {
    return new PostgresSourceDriver(this.#source);
  }

  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }

  createIntrospector(db: Kysely<unknown>): PostgresIntrospector {
    return new PostgresIntrospector(db);
  }
}

class PostgresSourceDriver implements Driver {
  readonly #source: ConnectionSource;

  constructor(source: ConnectionSource) {
    this.#source = source;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  async acquireConnection(): Promise<PostgresConnection> {
    return await this.#source.take();
  }

  async beginTransaction(connection: PostgresConnection, { isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const isolation = isolationLevel === undefined ? "" : ` isolation level ${isolationLevel}`;
    await connection.execute(`start transaction${isolation} ${accessMode ?? ""}`);
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    await connection.execute("commit");
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    if (!connection.lost) await connection.execute("rollback");
  }

  releaseConnection(connection: PostgresConnection): Promise<void> {
    this.#source.giveBack(connection);
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    return this.#source.end();
  }
}

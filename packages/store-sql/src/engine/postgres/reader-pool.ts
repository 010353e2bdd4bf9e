import pg from "pg";

import { storeError } from "../store-fault.ts";
import { PostgresConnection } from "./postgres-connection.ts";
import type { ConnectionSource } from "./postgres-driver.ts";
import { asPostgresError } from "./postgres-fault.ts";

/** Connections for reading, opened as they are needed and kept for a while. */
export class ReaderPool implements ConnectionSource {
  readonly #pool: pg.Pool;
  readonly #place: string;
  readonly #refusal: () => Error | undefined;
  readonly #connections = new WeakMap<pg.PoolClient, PostgresConnection>();
  #ended = false;

  /** @param refusal - why nothing may be read, if there is a reason */
  constructor(config: pg.PoolConfig, place: string, refusal: () => Error | undefined) {
    this.#pool = new pg.Pool(config);
    this.#place = place;
    this.#refusal = refusal;
    // One that breaks while nobody uses it is no longer in the pool, and that is all.
    this.#pool.on("error", () => undefined);
  }

  async take(): Promise<PostgresConnection> {
    if (this.#ended) throw storeError("closed", this.#place);
    const refusal = this.#refusal();
    if (refusal !== undefined) throw refusal;
    try {
      const client = await this.#pool.connect();
      const connection = this.#connections.get(client) ?? new PostgresConnection(client, this.#place);
      this.#connections.set(client, connection);
      return connection;
    } catch (error) {
      throw asPostgresError(error, this.#place);
    }
  }

  giveBack({ client, lost }: PostgresConnection): void {
    (client as unknown as pg.PoolClient).release(lost);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#pool.end();
  }
}

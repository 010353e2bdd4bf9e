import { randomUUID } from "node:crypto";

import { Kysely, sql } from "kysely";
import pg from "pg";

import type { Tables } from "../../schema/tables.ts";
import { isStoreFault, storeError } from "../store-fault.ts";
import { patiently } from "./patiently.ts";
import { PostgresConnection } from "./postgres-connection.ts";
import { onlySource, PostgresSourceDialect } from "./postgres-driver.ts";
import { asPostgresError } from "./postgres-fault.ts";
import type { PostgresTuning, ReadPlace } from "./postgres-place.ts";

/** The queues of an instance. */
export type QueueName = "log" | "shared";

/** Opens the connections by which an instance writes. Each holds a lock that says so; it ends with the connection, however that ends. */
export class WriterConnections {
  readonly #place: ReadPlace;
  readonly #tuning: PostgresTuning;
  readonly #name: string;

  constructor(place: ReadPlace, tuning: PostgresTuning) {
    this.#place = place;
    this.#tuning = tuning;
    this.#name = `caio ${place.instance} ${randomUUID().slice(0, 8)}`;
  }

  /** Waits a while for another process to let the queue go. @throws CaioError `locked`, `unreachable`, `cannot_open` */
  first(queue: QueueName): Promise<PostgresConnection> {
    return patiently(this.#tuning.busyTimeoutMs, (error) => isStoreFault(error, "locked"), () => this.open(queue));
  }

  /**
   * A connection that has the queue.
   *
   * @param before - the connection that had it: if the server has not noticed its end, that is said now
   */
  async open(queue: QueueName, before?: PostgresConnection): Promise<PostgresConnection> {
    const { name: place, config, instance, lockKey } = this.#place;
    before?.cut();
    const client = new pg.Client({ ...config, application_name: this.#name, pipeline: true, query_timeout: this.#tuning.answerMs });
    const connection = new PostgresConnection(client, place);
    try {
      await client.connect();
      const db = new Kysely<Tables>({ dialect: new PostgresSourceDialect(onlySource(connection)) });
      await sql`select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`.execute(db);
      if (typeof before?.client.processID === "number") await endBackend(db, before.client.processID, this.#name);
      const { rows } = await sql<{ readonly locked: boolean }>`select pg_try_advisory_lock(${lockKey(`writer ${instance} ${queue}`)}::bigint) as locked`.execute(db);
      if (rows[0]?.locked !== true) throw storeError("locked", place);
      return connection;
    } catch (error) {
      await connection.end();
      throw asPostgresError(error, place);
    }
  }
}

/** How long it may take to end, milliseconds. */
const END_MS = 2000;

/** Ends what the connection before was still doing, and waits until it has ended. Numbers of processes come again: only one of the same name is meant. */
async function endBackend(db: Kysely<Tables>, pid: number, name: string): Promise<void> {
  await sql`select pg_terminate_backend(pid, ${END_MS}::bigint) from pg_stat_activity where pid = ${pid} and application_name = ${name}`.execute(db);
}

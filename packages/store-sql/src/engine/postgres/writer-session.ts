import { randomUUID } from "node:crypto";

import type { CaioError } from "@caio/core";
import type { Transaction } from "kysely";

import type { Tables } from "../../schema/tables.ts";
import { begunTransaction } from "../begun-transaction.ts";
import { isStoreFault, storeError } from "../store-fault.ts";
import { patiently } from "./patiently.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import { onlySource, PostgresSourceDialect } from "./postgres-driver.ts";
import type { QueueName } from "./writer-connections.ts";

export interface SessionOptions {
  /** For messages. */
  readonly place: string;
  readonly instance: string;
  /** Which of the instance's queues it serves. */
  readonly queue: QueueName;
  /** A new connection, for this session alone. What the one before was still doing on the server is over when it resolves. */
  readonly connect: (before?: PostgresConnection) => Promise<PostgresConnection>;
  /** How long a lost connection is waited for, milliseconds. */
  readonly patienceMs: number;
}

/**
 * The one connection by which a queue of an instance writes. Each transaction moves the queue's mark in the database from the last one to
 * a new one. So nobody else can have written in between, and when the connection is lost while a commit is on its way, the mark says
 * whether the commit is kept. A session whose mark was moved by somebody else writes no more.
 */
export class WriterSession {
  readonly #options: SessionOptions;
  readonly #name = randomUUID();
  #count = 0;
  #connection: PostgresConnection | undefined;
  /**
   * The marks that the database may hold, in the order in which it would come to hold them, each with the commit that it stands for. More
   * than one: the connection was lost while a mark was on its way.
   */
  #marks: ReadonlyMap<string, string>;
  #fenced: CaioError | undefined;
  /** The database did not come back the last time: do not wait for it again. */
  #down = false;

  /** @param mark - the queue's mark, read by this connection */
  constructor(options: SessionOptions, connection: PostgresConnection, mark: string) {
    this.#options = options;
    this.#connection = connection;
    this.#marks = new Map([[mark, mark]]);
  }

  /** Why nothing is written any more, undefined if all is well. */
  get fenced(): CaioError | undefined {
    return this.#fenced;
  }

  /**
   * Does something in a transaction, durable when it resolves. One at a time.
   *
   * @throws CaioError with `details.kept` `unknown` if the connection was lost during the commit and did not come back in time
   */
  async transact<T>(action: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
    const connection = await this.#ready();
    const mark = this.#newMark();
    await this.#begin(connection, mark);
    const { tx, end } = begunTransaction(new PostgresSourceDialect(onlySource(connection)), connection);
    let result: T;
    try {
      result = await action(tx);
    } catch (error) {
      end();
      await this.#rollback(connection);
      throw error;
    }
    end();
    await this.#commit(connection, mark);
    return result;
  }

  /** Ends the connection, and with it the locks that it holds. */
  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.end();
  }

  #newMark(): string {
    return `${this.#name}-${String(this.#count++)}`;
  }

  /** Moves the mark. Marks and names are made of letters, digits, _ and -. */
  #moving(from: string, to: string): string {
    const { instance, queue } = this.#options;
    return `update writer set mark = '${to}' where instance = '${instance}' and queue = '${queue}' and mark = '${from}'`;
  }

  async #begin(connection: PostgresConnection, mark: string): Promise<void> {
    const [last = ""] = this.#marks.keys();
    let moved: number | undefined;
    try {
      const { counts } = await connection.execute(`begin; ${this.#moving(last, mark)}`);
      moved = counts[1];
    } catch (error) {
      await this.#rollback(connection);
      throw error;
    }
    if (moved === 1) return;
    await this.#rollback(connection);
    throw this.#fence();
  }

  async #rollback(connection: PostgresConnection): Promise<void> {
    try {
      if (!connection.lost) await connection.execute("rollback");
    } catch {
      // A connection that cannot roll back is given up, and the server rolls back.
      await connection.end();
    }
  }

  async #commit(connection: PostgresConnection, mark: string): Promise<void> {
    try {
      const { command } = await connection.execute("commit");
      if (command !== "COMMIT") throw storeError("failed", this.#options.place, { cause: new Error(`The server ended the transaction with ${command}.`) });
      this.#marks = new Map([[mark, mark]]);
    } catch (error) {
      if (!connection.lost) throw error;
      this.#marks = new Map([...this.#marks, [mark, mark]]);
      await this.#settle(mark, error);
    }
  }

  /** Finds out whether a commit that was cut off is kept. @throws CaioError if it is not, or if that cannot be known now */
  async #settle(mark: string, cause: unknown): Promise<void> {
    let found: string;
    try {
      found = await this.#reopen();
    } catch (error) {
      throw isStoreFault(error, "fenced") ? error : storeError("unreachable", this.#options.place, { cause, kept: "unknown" });
    }
    if (found !== mark) throw storeError("unreachable", this.#options.place, { cause });
  }

  async #ready(): Promise<PostgresConnection> {
    if (this.#fenced !== undefined) throw this.#fenced;
    if (this.#connection === undefined || this.#connection.lost) await this.#reopen();
    if (this.#connection === undefined) throw storeError("unreachable", this.#options.place);
    return this.#connection;
  }

  /** Connects again, as soon as the database is there, and gives the last commit that is kept. */
  async #reopen(): Promise<string> {
    const before = this.#connection;
    const { connection, found } = await this.#patiently(async () => {
      const made = await this.#options.connect(before);
      try {
        return { connection: made, found: await this.#adopt(made) };
      } catch (error) {
        await made.end();
        throw error;
      }
    });
    this.#connection = connection;
    return found;
  }

  /**
   * Takes up the mark as it is, by a commit of its own: what the connection before was still doing is over then, one way or the other.
   * Each mark is asked for only after those before it, since asking waits for whatever is still moving it.
   */
  async #adopt(connection: PostgresConnection): Promise<string> {
    for (const [known, commit] of this.#marks) {
      const mark = this.#newMark();
      this.#marks = new Map([...this.#marks, [mark, commit]]);
      const { counts } = await connection.execute(this.#moving(known, mark));
      if (counts[0] !== 1) continue;
      this.#marks = new Map([[mark, mark]]);
      return commit;
    }
    throw this.#fence();
  }

  #fence(): CaioError {
    return (this.#fenced ??= storeError("fenced", this.#options.place));
  }

  /** Waits for a database that has gone, and for what held the lock before; but not a second time for one that did not come back. */
  async #patiently<T>(action: () => Promise<T>): Promise<T> {
    try {
      const result = await patiently(this.#down ? 0 : this.#options.patienceMs, (error) => isStoreFault(error, "unreachable") || isStoreFault(error, "locked"), action);
      this.#down = false;
      return result;
    } catch (error) {
      this.#down = true;
      throw error;
    }
  }
}

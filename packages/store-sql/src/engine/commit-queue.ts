import { sql, type Kysely, type Transaction } from "kysely";

import type { Tables } from "../schema/tables.ts";
import { storeError } from "./store-fault.ts";

/** What is done in a transaction. It uses nothing but `tx`, and may be refused by throwing: then nothing of it is kept. */
export type Work<T> = (tx: Transaction<Tables>) => Promise<T>;

/** How many pieces of work go into one transaction, at most. */
const BATCH = 512;

interface Waiting {
  readonly work: Work<unknown>;
  readonly done: (value: unknown) => void;
  readonly failed: (error: unknown) => void;
}

/** What came of one piece of work, told once the transaction is durable. */
type Ending = { readonly value: unknown } | { readonly error: unknown };

/**
 * Group commit: everything that is to be written goes through here, in order, and what arrives while a transaction is being
 * made durable goes together into the next one. A promise resolves only after the durable commit that holds its work. Work
 * that throws is undone alone; a commit that fails fails all of its work.
 */
export class CommitQueue {
  readonly #db: Kysely<Tables>;
  readonly #place: string;
  #closed = false;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;

  /** @param place - where the data is, for messages */
  constructor(db: Kysely<Tables>, place: string) {
    this.#db = db;
    this.#place = place;
  }

  /** Does the work in the next transaction. Rejects with what the work threw, or with what the commit failed of. */
  run<T>(work: Work<T>): Promise<T> {
    if (this.#closed) return Promise.reject(storeError("closed", this.#place));
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, done: (value) => { resolve(value as T); }, failed: reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Takes no more work; resolves when what waits has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // A commit blocks the thread. The turn lets in what arrived during the last one, so that it shares the next.
      await new Promise((next) => setImmediate(next));
      await this.#commit(this.#waiting.splice(0, BATCH));
    }
    this.#draining = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    let endings: readonly Ending[];
    try {
      endings = await this.#db.transaction().execute((tx) => doAll(tx, batch));
    } catch (error) {
      for (const { failed } of batch) failed(error);
      return;
    }
    for (const [index, { done, failed }] of batch.entries()) {
      const ending = endings[index];
      if (ending !== undefined && "value" in ending) done(ending.value);
      else failed(ending?.error);
    }
  }
}

async function doAll(tx: Transaction<Tables>, batch: readonly Waiting[]): Promise<readonly Ending[]> {
  const [only] = batch;
  // Alone, a failure undoes the whole transaction.
  if (batch.length === 1 && only !== undefined) return [{ value: await only.work(tx) }];
  const endings: Ending[] = [];
  for (const { work } of batch) endings.push(await doOne(tx, work));
  return endings;
}

async function doOne(tx: Transaction<Tables>, work: Work<unknown>): Promise<Ending> {
  await sql`savepoint work`.execute(tx);
  let ending: Ending;
  try {
    ending = { value: await work(tx) };
  } catch (error) {
    ending = { error };
    try {
      await sql`rollback to savepoint work`.execute(tx);
    } catch {
      // The database has ended the transaction by itself, so all of it is lost, and for this reason.
      throw error;
    }
  }
  await sql`release savepoint work`.execute(tx);
  return ending;
}

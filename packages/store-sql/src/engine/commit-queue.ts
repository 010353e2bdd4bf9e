import { sql, type Transaction } from "kysely";

import type { Tables } from "../schema/tables.ts";
import { storeError } from "./store-fault.ts";

/**
 * What is done in a transaction. It uses nothing but `tx`, and may be refused by throwing: then nothing of it is kept. It may be done
 * again, after all that it did was undone.
 */
export type Work<T> = (tx: Transaction<Tables>) => Promise<T>;

/** Does something in a transaction, which is durable when it resolves; what throws is rethrown when all is undone. */
export type Transact = <T>(action: (tx: Transaction<Tables>) => Promise<T>) => Promise<T>;

/** How many pieces of work go into one transaction, at most. */
const BATCH = 512;
/** How often a batch is done again that was in another writer's way, or whose connection was lost before its commit. */
const AGAIN = 3;

export interface CommitOptions {
  /** How many pieces of work go into one transaction, at most. */
  readonly most?: number;
  /** Whether nothing of the batch is kept, and doing it again may go well. */
  readonly mayGoWell?: (error: unknown) => boolean;
}

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
  readonly #transact: Transact;
  readonly #place: string;
  readonly #most: number;
  readonly #mayGoWell: (error: unknown) => boolean;
  #closed = false;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;

  /** @param place - where the data is, for messages */
  constructor(transact: Transact, place: string, { most = BATCH, mayGoWell = () => false }: CommitOptions = {}) {
    this.#transact = transact;
    this.#place = place;
    this.#most = most;
    this.#mayGoWell = mayGoWell;
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
      // A commit may block the thread. The turn lets in what arrived during the last one, so that it shares the next.
      await new Promise((next) => setImmediate(next));
      await this.#commit(this.#waiting.splice(0, this.#most));
    }
    this.#draining = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    let endings: readonly Ending[];
    try {
      endings = await this.#endingsOf(batch);
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

  /** Almost always all work goes well; only when some threw, each is done behind a savepoint of its own. */
  async #endingsOf(batch: readonly Waiting[]): Promise<readonly Ending[]> {
    let together = true;
    for (let left = AGAIN; ; ) {
      try {
        return await this.#transact((tx) => (together ? doTogether(tx, batch) : this.#doEach(tx, batch)));
      } catch (error) {
        const reason = error instanceof Refusal ? error.reason : error;
        if (this.#mayGoWell(reason) && left-- > 0) continue;
        if (!(error instanceof Refusal) || batch.length === 1) throw reason;
        together = false;
      }
    }
  }

  async #doEach(tx: Transaction<Tables>, batch: readonly Waiting[]): Promise<readonly Ending[]> {
    const endings: Ending[] = [];
    for (const { work } of batch) endings.push(await this.#doOne(tx, work));
    return endings;
  }

  async #doOne(tx: Transaction<Tables>, work: Work<unknown>): Promise<Ending> {
    await sql`savepoint work`.execute(tx);
    let ending: Ending;
    try {
      ending = { value: await work(tx) };
    } catch (error) {
      // That is no fault of the work.
      if (this.#mayGoWell(error)) throw error;
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
}

/** One piece of work threw. */
class Refusal extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super("refused");
    this.reason = reason;
  }
}

async function doTogether(tx: Transaction<Tables>, batch: readonly Waiting[]): Promise<readonly Ending[]> {
  const endings: Ending[] = [];
  for (const { work } of batch) {
    try {
      endings.push({ value: await work(tx) });
    } catch (reason) {
      throw new Refusal(reason);
    }
  }
  return endings;
}

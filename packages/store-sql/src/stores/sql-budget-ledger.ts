import { windowName, type BudgetLedger, type BudgetReservation, type BudgetUsage, type BudgetWindow, type HeldReservation, type ReservationResult, type SettlementResult } from "@caio/security";
import type { Transaction } from "kysely";

import type { Engine } from "../engine/engine.ts";
import { listed, RowInserter } from "../engine/insert-rows.ts";
import type { BudgetHoldRow, Tables } from "../schema/tables.ts";
import { BudgetBook, checkMicros, usageOf, type BudgetChanges, type BudgetRows } from "./budget-book.ts";
import { integerOf } from "./row-door.ts";

/** How many operations are read, booked and written together, at most. */
const BATCH = 256;

/** One call: what it needs, and how it is booked. */
interface Operation {
  readonly id: string;
  /** Undefined: the key of the reservation with this id. */
  readonly keyId?: string;
  readonly windows?: readonly string[];
  readonly book: (book: BudgetBook) => unknown;
}

interface Waiting extends Operation {
  readonly done: (value: unknown) => void;
  readonly failed: (error: unknown) => void;
}

type Ending = { readonly value: unknown } | { readonly error: unknown };

/**
 * Spending per key in SQL, exact whatever other instances do at the same time: calls are checked and booked in one transaction in which
 * nobody else is at these keys. Calls that come together share one transaction and few statements. Accounts are kept for good.
 */
export class SqlBudgetLedger implements BudgetLedger {
  readonly #engine: Engine;
  readonly #writer = new BudgetWriter();
  #waiting: Waiting[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async reserve(reservation: BudgetReservation): Promise<ReservationResult> {
    const { id, keyId, now, amountMicros, limits } = reservation;
    checkMicros("amountMicros", amountMicros);
    if (limits.dayMicros !== undefined) checkMicros("dayMicros", limits.dayMicros);
    if (limits.monthMicros !== undefined) checkMicros("monthMicros", limits.monthMicros);
    const windows = [windowName("day", now), windowName("month", now)];
    return await this.#ask({ id, keyId, windows, book: (book) => book.reserve(reservation) }) as ReservationResult;
  }

  async settle(id: string, actualMicros: number): Promise<SettlementResult> {
    checkMicros("actualMicros", actualMicros);
    return await this.#ask({ id, book: (book) => book.settle(id, actualMicros) }) as SettlementResult;
  }

  async release(id: string): Promise<void> {
    await this.#ask({ id, book: (book) => { book.release(id); } });
  }

  async usage(keyId: string, window: BudgetWindow, now: number): Promise<BudgetUsage> {
    const name = windowName(window, now);
    const row = await this.#engine.db
      .selectFrom("budget_account")
      .selectAll()
      .where("key_id", "=", keyId)
      .where("window_name", "=", name)
      .executeTakeFirst();
    return usageOf({ table: "budget_account", key: `${keyId} ${name}` }, row);
  }

  /** Those of this instance: what another one holds is for that one to end. */
  async held(): Promise<readonly HeldReservation[]> {
    const { db, instance } = this.#engine;
    const rows = await db.selectFrom("budget_hold").selectAll().where("instance", "=", instance).orderBy("id").execute();
    return rows.map((row) => {
      const place = { table: "budget_hold", key: row.id };
      const [amountMicros, since] = [integerOf(place, row.amount_micros), integerOf(place, row.since)];
      return { id: row.id, keyId: row.key_id, amountMicros, since };
    });
  }

  #ask(operation: Operation): Promise<unknown> {
    return new Promise((done, failed) => {
      if (this.#waiting.push({ ...operation, done, failed }) === 1) void this.#commit();
    });
  }

  /** What has come by the time the transaction begins is in it. */
  async #commit(): Promise<void> {
    let taken: readonly Waiting[] | undefined;
    const take = (): readonly Waiting[] => {
      const batch = this.#waiting.splice(0, BATCH);
      if (this.#waiting.length > 0) void this.#commit();
      return batch;
    };
    try {
      const endings = await this.#engine.sharedCommits.run((tx) => this.#bookAll(tx, (taken ??= take())));
      for (const [at, { done, failed }] of (taken ?? []).entries()) {
        const ending = endings[at];
        if (ending !== undefined && "value" in ending) done(ending.value);
        else failed(ending?.error);
      }
    } catch (error) {
      for (const { failed } of taken ?? take()) failed(error);
    }
  }

  async #bookAll(tx: Transaction<Tables>, operations: readonly Operation[]): Promise<readonly Ending[]> {
    const book = new BudgetBook(await this.#read(tx, operations), this.#engine.instance);
    const endings = operations.map((operation) => endingOf(() => operation.book(book)));
    await this.#writer.write(tx, book.changes());
    return endings;
  }

  /** All rows of the operations; from then on nobody else is at their keys. */
  async #read(tx: Transaction<Tables>, operations: readonly Operation[]): Promise<BudgetRows> {
    const ids = [...new Set(operations.map(({ id }) => id))];
    const before = await holdsOf(tx, ids);
    const keyIds = [...new Set([...operations.flatMap(({ keyId }) => keyId ?? []), ...before.map(({ key_id: keyId }) => keyId)])];
    if (keyIds.length === 0) return { books: [], accounts: [], holds: [] };
    await this.#engine.exclusively(tx, keyIds.map((keyId) => `budget ${keyId}`));
    const names = [...new Set([...operations.flatMap(({ windows }) => windows ?? []), ...before.flatMap(({ day_name: day, month_name: month }) => [day, month])])];
    const [holds, books, accounts] = await Promise.all([
      // Another instance may have ended some before we were alone.
      holdsOf(tx, ids),
      tx.selectFrom("budget_book").selectAll().where("key_id", "in", listed(keyIds)).execute(),
      tx.selectFrom("budget_account").selectAll().where("key_id", "in", listed(keyIds)).where("window_name", "in", listed(names)).execute(),
    ]);
    return { holds, books, accounts };
  }
}

function endingOf(action: () => unknown): Ending {
  try {
    return { value: action() };
  } catch (error) {
    return { error };
  }
}

async function holdsOf(tx: Transaction<Tables>, ids: readonly string[]): Promise<readonly BudgetHoldRow[]> {
  return await tx.selectFrom("budget_hold").selectAll().where("id", "in", listed(ids)).execute();
}

/** Writes what changed. */
class BudgetWriter {
  readonly #books = new RowInserter("budget_book", ["key_id", "latest"], (conflict) =>
    conflict.column("key_id").doUpdateSet((eb) => ({ latest: eb.ref("excluded.latest") })),
  );
  readonly #accounts = new RowInserter("budget_account", ["key_id", "window_name", "spent_micros", "reserved_micros"], (conflict) =>
    conflict.columns(["key_id", "window_name"]).doUpdateSet((eb) => ({
      spent_micros: eb.ref("excluded.spent_micros"),
      reserved_micros: eb.ref("excluded.reserved_micros"),
    })),
  );
  readonly #holds = new RowInserter("budget_hold", ["id", "key_id", "amount_micros", "day_name", "month_name", "since", "instance"]);

  async write(tx: Transaction<Tables>, { books, accounts, holds, ended }: BudgetChanges): Promise<void> {
    await Promise.all([
      this.#books.insert(tx, books),
      this.#accounts.insert(tx, accounts),
      ...(ended.length === 0 ? [] : [tx.deleteFrom("budget_hold").where("id", "in", listed(ended)).execute()]),
      this.#holds.insert(tx, holds),
    ]);
  }
}

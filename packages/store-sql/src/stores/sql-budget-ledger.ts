import { CaioError } from "@caio/core";
import {
  windowName,
  type BudgetLedger,
  type BudgetReservation,
  type BudgetUsage,
  type BudgetWindow,
  type HeldReservation,
  type ReservationResult,
  type SettlementResult,
} from "@caio/security";
import type { Transaction } from "kysely";

import type { Engine } from "../engine/engine.ts";
import type { BudgetAccountRow, BudgetHoldRow, Tables } from "../schema/tables.ts";
import { integerOf, type RowPlace } from "./row-door.ts";

/** As in memory: requests stamped before midnight may come in after it, and no later than a day. */
const GRACE_MS = 86_400_000;

interface Account extends BudgetUsage {
  readonly name: string;
}

/**
 * Spending per key in SQL, exact: each call checks and books in one transaction, and transactions follow one another. Accounts
 * are kept for good.
 */
export class SqlBudgetLedger implements BudgetLedger {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async reserve(reservation: BudgetReservation): Promise<ReservationResult> {
    checkMicros("amountMicros", reservation.amountMicros);
    const { dayMicros, monthMicros } = reservation.limits;
    if (dayMicros !== undefined) checkMicros("dayMicros", dayMicros);
    if (monthMicros !== undefined) checkMicros("monthMicros", monthMicros);
    return await this.#engine.commits.run((tx) => reserveIn(tx, reservation));
  }

  async settle(id: string, actualMicros: number): Promise<SettlementResult> {
    checkMicros("actualMicros", actualMicros);
    return await this.#engine.commits.run(async (tx) => {
      const hold = await takeHold(tx, id);
      await book(tx, hold, { spentMicros: actualMicros, reservedMicros: -hold.amount_micros });
      return { spentMicros: actualMicros, overrunMicros: Math.max(0, actualMicros - hold.amount_micros) };
    });
  }

  release(id: string): Promise<void> {
    return this.#engine.commits.run(async (tx) => {
      const hold = await takeHold(tx, id);
      await book(tx, hold, { spentMicros: 0, reservedMicros: -hold.amount_micros });
    });
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

  async held(): Promise<readonly HeldReservation[]> {
    const rows = await this.#engine.db.selectFrom("budget_hold").selectAll().orderBy("id").execute();
    return rows.map((row) => {
      const place = { table: "budget_hold", key: row.id };
      const [amountMicros, since] = [integerOf(place, row.amount_micros), integerOf(place, row.since)];
      return { id: row.id, keyId: row.key_id, amountMicros, since };
    });
  }
}

async function reserveIn(tx: Transaction<Tables>, reservation: BudgetReservation): Promise<ReservationResult> {
  const { id, keyId, amountMicros, limits, now } = reservation;
  const before = await tx.selectFrom("budget_hold").selectAll().where("id", "=", id).executeTakeFirst();
  if (before !== undefined) return repeat(before, reservation);
  const names = { day: windowName("day", now), month: windowName("month", now) };
  await advance(tx, keyId, now);
  const hold = { id, key_id: keyId, amount_micros: amountMicros, day_name: names.day, month_name: names.month, since: now };
  const most = { [names.day]: limits.dayMicros, [names.month]: limits.monthMicros };
  for (const { name, spentMicros, reservedMicros } of await accountsOf(tx, hold)) {
    const limit = most[name];
    if (limit === undefined) continue;
    const remainingMicros = Math.max(0, limit - spentMicros - reservedMicros);
    if (amountMicros > remainingMicros) return { reserved: false, window: name === names.day ? "day" : "month", remainingMicros };
  }
  await book(tx, hold, { spentMicros: 0, reservedMicros: amountMicros });
  await tx.insertInto("budget_hold").values(hold).execute();
  return { reserved: true };
}

/** Notes the latest time of a key. @throws CaioError `NumberOutOfRange` for a time over a day before it */
async function advance(tx: Transaction<Tables>, keyId: string, now: number): Promise<void> {
  const row = await tx.selectFrom("budget_book").select("latest").where("key_id", "=", keyId).executeTakeFirst();
  if (row !== undefined && now < row.latest - GRACE_MS) {
    throw new CaioError("NumberOutOfRange", "now: over a day before the latest of this key. Check the clocks.", { details: { at: "now" } });
  }
  if (row !== undefined && now <= row.latest) return;
  await tx
    .insertInto("budget_book")
    .values({ key_id: keyId, latest: now })
    .onConflict((conflict) => conflict.column("key_id").doUpdateSet({ latest: now }))
    .execute();
}

type Hold = Pick<BudgetHoldRow, "key_id" | "day_name" | "month_name">;

/** The accounts of a hold: day, then month. */
async function accountsOf(tx: Transaction<Tables>, hold: Hold): Promise<readonly Account[]> {
  const { key_id: keyId, day_name: day, month_name: month } = hold;
  const rows = await tx
    .selectFrom("budget_account")
    .selectAll()
    .where("key_id", "=", keyId)
    .where("window_name", "in", [day, month])
    .execute();
  return [day, month].map((name) => {
    const row = rows.find(({ window_name: found }) => found === name);
    return { name, ...usageOf({ table: "budget_account", key: `${keyId} ${name}` }, row) };
  });
}

function usageOf(place: RowPlace, row: BudgetAccountRow | undefined): BudgetUsage {
  return { spentMicros: integerOf(place, row?.spent_micros ?? 0), reservedMicros: integerOf(place, row?.reserved_micros ?? 0) };
}

/** Adds to both accounts of a hold, or to neither. */
async function book(tx: Transaction<Tables>, hold: Hold, change: BudgetUsage): Promise<void> {
  const after = (await accountsOf(tx, hold)).map(({ name, spentMicros, reservedMicros }) => {
    const spent = spentMicros + change.spentMicros;
    const reserved = reservedMicros + change.reservedMicros;
    checkMicros("the total", spent + reserved);
    return { key_id: hold.key_id, window_name: name, spent_micros: spent, reserved_micros: reserved };
  });
  await tx
    .insertInto("budget_account")
    .values(after)
    .onConflict((conflict) =>
      conflict.columns(["key_id", "window_name"]).doUpdateSet((eb) => ({
        spent_micros: eb.ref("excluded.spent_micros"),
        reserved_micros: eb.ref("excluded.reserved_micros"),
      })),
    )
    .execute();
}

async function takeHold(tx: Transaction<Tables>, id: string): Promise<BudgetHoldRow> {
  const hold = await tx.selectFrom("budget_hold").selectAll().where("id", "=", id).executeTakeFirst();
  if (hold === undefined) {
    throw new CaioError("NotFound", "No open reservation with this id. Reserve first, and settle or release once.", { details: { id } });
  }
  await tx.deleteFrom("budget_hold").where("id", "=", id).execute();
  return hold;
}

function repeat(before: BudgetHoldRow, again: BudgetReservation): ReservationResult {
  if (before.key_id === again.keyId && before.amount_micros === again.amountMicros) return { reserved: true };
  throw new CaioError("InvalidRequest", "This reservation id holds another amount or key. Use a new id.", { details: { id: again.id } });
}

function checkMicros(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new CaioError("NumberOutOfRange", `${name}: expected a safe integer of micros, 0 or more.`, { details: { at: name } });
}

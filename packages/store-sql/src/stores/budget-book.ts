import { CaioError } from "@caio/core";
import { windowName, type BudgetReservation, type BudgetUsage, type ReservationResult, type SettlementResult } from "@caio/security";

import type { BudgetAccountRow, BudgetBookRow, BudgetHoldRow } from "../schema/tables.ts";
import { integerOf, type RowPlace } from "./row-door.ts";

/** As in memory: requests stamped before midnight may come in after it, and no later than a day. */
const GRACE_MS = 86_400_000;

/** The rows that some operations need. */
export interface BudgetRows {
  readonly books: readonly BudgetBookRow[];
  readonly accounts: readonly BudgetAccountRow[];
  readonly holds: readonly BudgetHoldRow[];
}

/** What operations changed: rows as they are now, and the ids of reservations that ended. */
export interface BudgetChanges extends BudgetRows {
  readonly ended: readonly string[];
}

type Hold = Pick<BudgetHoldRow, "key_id" | "day_name" | "month_name">;

/** Reservations over rows that were read: each operation is checked and booked in order, or throws and changes nothing. */
export class BudgetBook {
  readonly #instance: string;
  readonly #latest: Map<string, number>;
  readonly #accounts: Map<string, BudgetAccountRow>;
  readonly #holds: Map<string, BudgetHoldRow>;
  readonly #changedBooks = new Set<string>();
  readonly #changedAccounts = new Set<string>();
  readonly #made = new Set<string>();
  readonly #ended = new Set<string>();

  /** @param instance - who makes reservations from now on */
  constructor({ books, accounts, holds }: BudgetRows, instance: string) {
    this.#instance = instance;
    this.#latest = new Map(books.map(({ key_id: keyId, latest }) => [keyId, latest]));
    this.#accounts = new Map(accounts.map((row) => [accountKey(row.key_id, row.window_name), row]));
    this.#holds = new Map(holds.map((row) => [row.id, row]));
  }

  reserve(reservation: BudgetReservation): ReservationResult {
    const { id, keyId, amountMicros, limits, now } = reservation;
    const before = this.#holds.get(id);
    if (before !== undefined) return repeat(before, reservation);
    const names = { day: windowName("day", now), month: windowName("month", now) };
    const hold = { id, key_id: keyId, amount_micros: amountMicros, day_name: names.day, month_name: names.month, since: now, instance: this.#instance };
    const latest = this.#latestAt(keyId, now);
    for (const window of ["day", "month"] as const) {
      const limit = window === "day" ? limits.dayMicros : limits.monthMicros;
      if (limit === undefined) continue;
      const { spentMicros, reservedMicros } = this.#usage(keyId, names[window]);
      const remainingMicros = Math.max(0, limit - spentMicros - reservedMicros);
      if (amountMicros <= remainingMicros) continue;
      this.#note(keyId, latest);
      return { reserved: false, window, remainingMicros };
    }
    this.#book(hold, { spentMicros: 0, reservedMicros: amountMicros });
    this.#note(keyId, latest);
    this.#holds.set(id, hold);
    this.#made.add(id);
    return { reserved: true };
  }

  settle(id: string, actualMicros: number): SettlementResult {
    const hold = this.#held(id);
    this.#book(hold, { spentMicros: actualMicros, reservedMicros: -hold.amount_micros });
    this.#end(id);
    return { spentMicros: actualMicros, overrunMicros: Math.max(0, actualMicros - hold.amount_micros) };
  }

  release(id: string): void {
    const hold = this.#held(id);
    this.#book(hold, { spentMicros: 0, reservedMicros: -hold.amount_micros });
    this.#end(id);
  }

  /** What is to be written. */
  changes(): BudgetChanges {
    return {
      books: [...this.#changedBooks].map((keyId) => ({ key_id: keyId, latest: this.#latest.get(keyId) ?? 0 })),
      accounts: [...this.#changedAccounts].flatMap((key) => this.#accounts.get(key) ?? []),
      holds: [...this.#made].flatMap((id) => this.#holds.get(id) ?? []),
      ended: [...this.#ended],
    };
  }

  /** The latest time of a key with this one. @throws CaioError `NumberOutOfRange` for a time over a day before it */
  #latestAt(keyId: string, now: number): number {
    const latest = this.#latest.get(keyId);
    if (latest !== undefined && now < latest - GRACE_MS) {
      throw new CaioError("NumberOutOfRange", "now: over a day before the latest of this key. Check the clocks.", { details: { at: "now" } });
    }
    return Math.max(latest ?? now, now);
  }

  #note(keyId: string, latest: number): void {
    if (this.#latest.get(keyId) === latest) return;
    this.#latest.set(keyId, latest);
    this.#changedBooks.add(keyId);
  }

  #usage(keyId: string, name: string): BudgetUsage {
    return usageOf({ table: "budget_account", key: `${keyId} ${name}` }, this.#accounts.get(accountKey(keyId, name)));
  }

  /** Adds to both accounts of a hold, or to neither. */
  #book({ key_id: keyId, day_name: day, month_name: month }: Hold, change: BudgetUsage): void {
    const after = [day, month].map((name): BudgetAccountRow => {
      const { spentMicros, reservedMicros } = this.#usage(keyId, name);
      const [spent, reserved] = [spentMicros + change.spentMicros, reservedMicros + change.reservedMicros];
      checkMicros("the total", spent + reserved);
      return { key_id: keyId, window_name: name, spent_micros: spent, reserved_micros: reserved };
    });
    for (const row of after) {
      const key = accountKey(keyId, row.window_name);
      this.#accounts.set(key, row);
      this.#changedAccounts.add(key);
    }
  }

  #held(id: string): BudgetHoldRow {
    const hold = this.#holds.get(id);
    if (hold !== undefined) return hold;
    throw new CaioError("NotFound", "No open reservation with this id. Reserve first, and settle or release once.", { details: { id } });
  }

  #end(id: string): void {
    this.#holds.delete(id);
    // What was never written need not be removed.
    if (!this.#made.delete(id)) this.#ended.add(id);
  }
}

/** @throws CaioError for a row that no store wrote */
export function usageOf(place: RowPlace, row: BudgetAccountRow | undefined): BudgetUsage {
  return { spentMicros: integerOf(place, row?.spent_micros ?? 0), reservedMicros: integerOf(place, row?.reserved_micros ?? 0) };
}

/** @throws CaioError `NumberOutOfRange` */
export function checkMicros(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new CaioError("NumberOutOfRange", `${name}: expected a safe integer of micros, 0 or more.`, { details: { at: name } });
}

function repeat(before: BudgetHoldRow, again: BudgetReservation): ReservationResult {
  if (before.key_id === again.keyId && before.amount_micros === again.amountMicros) return { reserved: true };
  throw new CaioError("InvalidRequest", "This reservation id holds another amount or key. Use a new id.", { details: { id: again.id } });
}

/** Names of windows hold no space. */
function accountKey(keyId: string, name: string): string {
  return `${name} ${keyId}`;
}

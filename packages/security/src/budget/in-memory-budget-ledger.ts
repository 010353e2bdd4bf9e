import { CaioError } from "@caio/core";

import type {
  BudgetLedger,
  BudgetReservation,
  BudgetUsage,
  HeldReservation,
  ReservationResult,
  SettlementResult,
} from "./budget-ledger.ts";
import { budgetWindows, windowName, type BudgetWindow } from "./budget-window.ts";

interface Account {
  spentMicros: number;
  reservedMicros: number;
}

/** What is known of one key. */
interface Book {
  /** By the window's name. */
  readonly accounts: Map<string, Account>;
  /** The latest `now` seen, milliseconds. */
  latest: number;
}

interface Held {
  readonly keyId: string;
  readonly amountMicros: number;
  readonly since: number;
  readonly accounts: readonly Account[];
}

/**
 * A ledger in memory: exact within one process, gone when it ends. Each call does its whole work before it yields, so
 * concurrent callers cannot come between a check and its booking. Accounts of windows that ended over a day before the
 * latest `now` of the key are dropped, and a reservation from before then is refused: it could no longer be held to them.
 */
export class InMemoryBudgetLedger implements BudgetLedger {
  /** By key id. */
  readonly #books = new Map<string, Book>();
  readonly #held = new Map<string, Held>();

  // eslint-disable-next-line @typescript-eslint/require-await -- async turns what is thrown into a rejection
  async reserve(reservation: BudgetReservation): Promise<ReservationResult> {
    const { id, keyId, amountMicros, limits, now } = reservation;
    checkMicros("amountMicros", amountMicros);
    const before = this.#held.get(id);
    if (before !== undefined) return repeat(before, reservation);
    const open = this.#open(keyId, now);
    const most = { day: limits.dayMicros, month: limits.monthMicros };
    for (const window of budgetWindows) {
      const limit = most[window];
      const { spentMicros, reservedMicros } = open[window];
      if (limit === undefined) continue;
      checkMicros(`${window}Micros`, limit);
      const remainingMicros = Math.max(0, limit - spentMicros - reservedMicros);
      if (amountMicros > remainingMicros) return { reserved: false, window, remainingMicros };
    }
    const accounts = [open.day, open.month];
    // Checked before anything is booked, so that a refusal changes nothing.
    for (const account of accounts) checkMicros("the total", account.spentMicros + account.reservedMicros + amountMicros);
    for (const account of accounts) account.reservedMicros += amountMicros;
    this.#held.set(id, { keyId, amountMicros, since: now, accounts });
    return { reserved: true };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async settle(id: string, actualMicros: number): Promise<SettlementResult> {
    checkMicros("actualMicros", actualMicros);
    const held = this.#find(id);
    for (const account of held.accounts) {
      checkMicros("the total", account.spentMicros + account.reservedMicros - held.amountMicros + actualMicros);
    }
    this.#held.delete(id);
    for (const account of held.accounts) {
      account.reservedMicros -= held.amountMicros;
      account.spentMicros += actualMicros;
    }
    return { spentMicros: actualMicros, overrunMicros: Math.max(0, actualMicros - held.amountMicros) };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async release(id: string): Promise<void> {
    const held = this.#find(id);
    this.#held.delete(id);
    for (const account of held.accounts) account.reservedMicros -= held.amountMicros;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async usage(keyId: string, window: BudgetWindow, now: number): Promise<BudgetUsage> {
    const account = this.#books.get(keyId)?.accounts.get(windowName(window, now));
    return { spentMicros: account?.spentMicros ?? 0, reservedMicros: account?.reservedMicros ?? 0 };
  }

  held(): Promise<readonly HeldReservation[]> {
    const all = [...this.#held].map(([id, { keyId, amountMicros, since }]) => ({ id, keyId, amountMicros, since }));
    return Promise.resolve(all.sort((a, b) => (a.id < b.id ? -1 : 1)));
  }

  #open(keyId: string, now: number): Record<BudgetWindow, Account> {
    const names = { day: windowName("day", now), month: windowName("month", now) };
    const book = this.#books.get(keyId) ?? { accounts: new Map<string, Account>(), latest: now };
    this.#books.set(keyId, book);
    if (now < book.latest - GRACE_MS) throw tooOld();
    book.latest = Math.max(book.latest, now);
    drop(book.accounts, Math.max(0, book.latest - GRACE_MS));
    return { day: take(book.accounts, names.day), month: take(book.accounts, names.month) };
  }

  #find(id: string): Held {
    const held = this.#held.get(id);
    if (held === undefined) {
      throw new CaioError("NotFound", "No open reservation with this id. Reserve first, and settle or release once.", {
        details: { id },
      });
    }
    return held;
  }
}

/** Requests stamped before midnight may come in after it: a day's grace keeps their window. */
const GRACE_MS = 86_400_000;

/** Drops accounts of windows that ended before the horizon. What is still held keeps its account alive by itself. */
function drop(accounts: Map<string, Account>, horizon: number): void {
  const oldest = { day: windowName("day", horizon), month: windowName("month", horizon) };
  for (const name of accounts.keys()) {
    // Names of one kind sort by time.
    if (name < (name.length === oldest.day.length ? oldest.day : oldest.month)) accounts.delete(name);
  }
}

function tooOld(): CaioError<"NumberOutOfRange"> {
  return new CaioError("NumberOutOfRange", "now: over a day before the latest of this key. Check the clocks.", {
    details: { at: "now" },
  });
}

function take(accounts: Map<string, Account>, name: string): Account {
  const account = accounts.get(name) ?? { spentMicros: 0, reservedMicros: 0 };
  accounts.set(name, account);
  return account;
}

function repeat(before: Held, again: BudgetReservation): ReservationResult {
  if (before.keyId === again.keyId && before.amountMicros === again.amountMicros) return { reserved: true };
  throw new CaioError("InvalidRequest", "This reservation id holds another amount or key. Use a new id.", {
    details: { id: again.id },
  });
}

function checkMicros(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new CaioError("NumberOutOfRange", `${name}: expected a safe integer of micros, 0 or more.`, { details: { at: name } });
  }
}

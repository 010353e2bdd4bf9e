import type { BudgetWindow } from "./budget-window.ts";

/** Micro-units of one currency, per UTC day and month. Absent: no limit. */
export interface BudgetLimits {
  readonly dayMicros?: number;
  readonly monthMicros?: number;
}

/** Money asked for before a call. `id` is the caller's and unique for ever: decision id and attempt. */
export interface BudgetReservation {
  readonly id: string;
  readonly keyId: string;
  /** The worst-case cost, ≥ 0. */
  readonly amountMicros: number;
  readonly limits: BudgetLimits;
  /** Milliseconds. */
  readonly now: number;
}

export type ReservationResult =
  | { readonly reserved: true }
  | { readonly reserved: false; readonly window: BudgetWindow; readonly remainingMicros: number };

/** What a call cost in the end. `overrunMicros` is what it cost beyond its reservation: a broken promise to report. */
export interface SettlementResult {
  readonly spentMicros: number;
  readonly overrunMicros: number;
}

/** A reservation that is neither settled nor released. */
export interface HeldReservation {
  readonly id: string;
  readonly keyId: string;
  readonly amountMicros: number;
  /** The `now` of the reservation, milliseconds. */
  readonly since: number;
}

/** Of one window of one key. */
export interface BudgetUsage {
  readonly spentMicros: number;
  readonly reservedMicros: number;
}

/**
 * The port behind which spending per key is kept, in exact integers. It promises that no reservation is granted unless
 * spent + reserved + amount stays within every limit, whatever is interleaved with what; so while calls cost at most what
 * was reserved, a limit is never passed. An overrun counts as spent and shuts the window sooner.
 */
export interface BudgetLedger {
  /** Idempotent by `id`: the same reservation again is granted again, and held once. */
  reserve(reservation: BudgetReservation): Promise<ReservationResult>;
  /** Turns what was held into what was spent, in the windows of the reservation. @throws CaioError `NotFound` */
  settle(id: string, actualMicros: number): Promise<SettlementResult>;
  /** Gives back what was held: the call never happened. @throws CaioError `NotFound` */
  release(id: string): Promise<void>;
  usage(keyId: string, window: BudgetWindow, now: number): Promise<BudgetUsage>;
  /** What is still held, by id: after a crash, calls whose end nobody noted. Settle or release each. */
  held(): Promise<readonly HeldReservation[]>;
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { InMemoryBudgetLedger, windowName, type BudgetLimits } from "../src/index.ts";

const NOW = Date.UTC(2025, 10, 24, 12);
const DAY = 86_400_000;
/** Noon before the last midnight of a month: a day from here holds two days and two months. */
const MONTH_END = Date.UTC(2025, 10, 30, 12);
const limits: BudgetLimits = { dayMicros: 100, monthMicros: 150 };

interface Step {
  readonly keyId: string;
  readonly amount: number;
  /** Share of the reservation that is spent in the end, in percent; −1 releases it. */
  readonly outcome: number;
  readonly offset: number;
  readonly pauses: number;
  /** How long the money is held. */
  readonly calls: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    keyId: fc.constantFrom("a", "b"),
    amount: fc.integer({ min: 0, max: 60 }),
    outcome: fc.integer({ min: -1, max: 100 }),
    offset: fc.integer({ min: 0, max: DAY }),
    pauses: fc.nat(5),
    calls: fc.nat(50),
  }),
  { minLength: 10, maxLength: 40, size: "max" },
);

function limitOf(name: string): number {
  return name.length === "a/2025-11-24".length ? 100 : 150;
}

describe("the ledger", () => {
  it("never overspends, whatever is interleaved, and keeps exact books", async () => {
    let granted = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const ledger = new InMemoryBudgetLedger();
        const spent = new Map<string, number>();
        const open = new Map<string, number>();
        const book = (into: Map<string, number>, { keyId, offset }: Step, amount: number): void => {
          for (const window of ["day", "month"] as const) {
            const name = `${keyId}/${windowName(window, MONTH_END + offset)}`;
            into.set(name, (into.get(name) ?? 0) + amount);
          }
        };
        const run = async (step: Step, id: string): Promise<void> => {
          for (let pause = 0; pause < step.pauses; pause++) await Promise.resolve();
          const { keyId, amount, outcome, offset } = step;
          const result = await ledger.reserve({ id, keyId, amountMicros: amount, limits, now: MONTH_END + offset });
          if (!result.reserved) {
            refused += 1;
            expect(result.remainingMicros).toBeLessThan(amount);
            return;
          }
          granted += 1;
          book(open, step, amount);
          for (const [name, held] of open) expect(held + (spent.get(name) ?? 0)).toBeLessThanOrEqual(limitOf(name));
          for (let call = 0; call < step.calls; call++) await Promise.resolve();
          const actual = outcome < 0 ? 0 : Math.floor((amount * outcome) / 100);
          book(open, step, -amount);
          book(spent, step, actual);
          await (outcome < 0 ? ledger.release(id) : ledger.settle(id, actual));
        };
        await Promise.all(all.map((step, index) => run(step, String(index))));
        for (const keyId of ["a", "b"]) {
          for (const window of ["day", "month"] as const) {
            for (const now of [MONTH_END, MONTH_END + DAY]) {
              const name = `${keyId}/${windowName(window, now)}`;
              expect(await ledger.usage(keyId, window, now)).toEqual({ spentMicros: spent.get(name) ?? 0, reservedMicros: 0 });
            }
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(Math.min(granted, refused)).toBeGreaterThan(1_000);
  });

  it("grants exactly as many of a crowd as fit", async () => {
    const ledger = new InMemoryBudgetLedger();
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, id) => ledger.reserve({ id: String(id), keyId: "a", amountMicros: 30, limits, now: NOW })),
    );
    expect(results.filter(({ reserved }) => reserved)).toHaveLength(3);
    expect(results[3]).toEqual({ reserved: false, window: "day", remainingMicros: 10 });
  });

  it("gives back what was not spent, and counts an overrun", async () => {
    const ledger = new InMemoryBudgetLedger();
    await ledger.reserve({ id: "1", keyId: "a", amountMicros: 100, limits, now: NOW });
    expect(await ledger.settle("1", 40)).toEqual({ spentMicros: 40, overrunMicros: 0 });
    expect(await ledger.reserve({ id: "2", keyId: "a", amountMicros: 60, limits, now: NOW })).toEqual({ reserved: true });
    expect(await ledger.settle("2", 90)).toEqual({ spentMicros: 90, overrunMicros: 30 });
    expect(await ledger.usage("a", "day", NOW)).toEqual({ spentMicros: 130, reservedMicros: 0 });
    expect(await ledger.reserve({ id: "3", keyId: "a", amountMicros: 1, limits, now: NOW })).toEqual({ reserved: false, window: "day", remainingMicros: 0 });
  });

  it("opens a new day at midnight UTC, within the month's limit", async () => {
    const ledger = new InMemoryBudgetLedger();
    const midnight = NOW - (NOW % DAY) + DAY;
    const ask = (id: string, amountMicros: number, now: number) => ledger.reserve({ id, keyId: "a", amountMicros, limits, now });
    expect((await ask("1", 100, midnight - 1)).reserved).toBe(true);
    expect((await ask("2", 1, midnight - 1)).reserved).toBe(false);
    expect((await ask("3", 50, midnight)).reserved).toBe(true);
    expect(await ask("4", 1, midnight)).toEqual({ reserved: false, window: "month", remainingMicros: 0 });
    expect((await ask("5", 1, midnight - 1)).reserved).toBe(false);
  });

  it("refuses a time over a day back instead of forgetting what was spent", async () => {
    const ledger = new InMemoryBudgetLedger();
    const ask = (id: string, now: number) => ledger.reserve({ id, keyId: "a", amountMicros: 100, limits: { dayMicros: 100 }, now });
    await ask("1", NOW);
    await ask("2", NOW + 3 * DAY);
    await expect(ask("3", NOW)).rejects.toThrow(/over a day before/);
  });

  it("settles a reservation in its own windows, days later", async () => {
    const ledger = new InMemoryBudgetLedger();
    await ledger.reserve({ id: "1", keyId: "a", amountMicros: 10, limits, now: NOW });
    await ledger.reserve({ id: "2", keyId: "a", amountMicros: 10, limits, now: NOW + 3 * DAY });
    await ledger.settle("1", 7);
    expect(await ledger.usage("a", "month", NOW)).toEqual({ spentMicros: 7, reservedMicros: 10 });
    expect(await ledger.usage("a", "day", NOW + 3 * DAY)).toEqual({ spentMicros: 0, reservedMicros: 10 });
  });

  it("says what is still held", async () => {
    const ledger = new InMemoryBudgetLedger();
    await ledger.reserve({ id: "2", keyId: "a", amountMicros: 20, limits, now: NOW });
    await ledger.reserve({ id: "1", keyId: "b", amountMicros: 10, limits, now: NOW + 1 });
    await ledger.reserve({ id: "3", keyId: "b", amountMicros: 30, limits, now: NOW });
    await ledger.settle("3", 1);
    expect(await ledger.held()).toEqual([
      { id: "1", keyId: "b", amountMicros: 10, since: NOW + 1 },
      { id: "2", keyId: "a", amountMicros: 20, since: NOW },
    ]);
  });

  it("is idempotent by id, and refuses an id of another amount", async () => {
    const ledger = new InMemoryBudgetLedger();
    const ask = (amountMicros: number) => ledger.reserve({ id: "1", keyId: "a", amountMicros, limits, now: NOW });
    await ask(60);
    expect((await ask(60)).reserved).toBe(true);
    expect(await ledger.usage("a", "day", NOW)).toEqual({ spentMicros: 0, reservedMicros: 60 });
    await expect(ask(61)).rejects.toThrow(/another amount/);
    await ledger.release("1");
    await expect(ledger.release("1")).rejects.toThrow(/No open reservation/);
    await expect(ledger.settle("1", 1)).rejects.toThrow(/No open reservation/);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses an amount of %s, and changes nothing", async (amount) => {
    const ledger = new InMemoryBudgetLedger();
    await expect(ledger.reserve({ id: "1", keyId: "a", amountMicros: amount, limits: {}, now: NOW })).rejects.toThrow(/micros/);
    await ledger.reserve({ id: "2", keyId: "a", amountMicros: 1, limits, now: NOW });
    await expect(ledger.settle("2", amount)).rejects.toThrow(/micros/);
    expect(await ledger.usage("a", "day", NOW)).toEqual({ spentMicros: 0, reservedMicros: 1 });
  });

  it("without limits still refuses totals past 2^53", async () => {
    const ledger = new InMemoryBudgetLedger();
    const most = Number.MAX_SAFE_INTEGER;
    await ledger.reserve({ id: "1", keyId: "a", amountMicros: most, limits: {}, now: NOW });
    await expect(ledger.reserve({ id: "2", keyId: "a", amountMicros: 1, limits: {}, now: NOW })).rejects.toThrow(/total/);
  });
});

describe("windowName", () => {
  it("is the UTC day and month", () => {
    expect(windowName("day", 0)).toBe("1970-01-01");
    expect(windowName("month", Date.UTC(2024, 1, 29, 23, 59, 59, 999))).toBe("2024-02");
    expect(windowName("day", Date.UTC(2024, 1, 29, 23, 59, 59, 999) + 1)).toBe("2024-03-01");
  });

  it.each([-1, 0.5, Number.NaN, 1e18])("refuses %s", (now) => {
    expect(() => windowName("day", now)).toThrow(/whole milliseconds/);
  });
});

import { InMemoryBudgetLedger, windowName, type BudgetLedger, type BudgetLimits, type BudgetWindow } from "@caio/security";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { both, inSql } from "./support/both.ts";

const NOW = Date.UTC(2025, 10, 24, 12);
const DAY = 86_400_000;
/** From here a day holds two days and two months. */
const MONTH_END = Date.UTC(2025, 10, 30, 12);
const limits: BudgetLimits = { dayMicros: 100, monthMicros: 150 };

const kept = both<BudgetLedger>(() => new InMemoryBudgetLedger(), (stores) => stores.budgets);
const keptInSql = inSql((stores) => stores.budgets);

describe.each(kept)("a budget ledger in $where", ({ open }) => {
  it("gives back what was not spent, and counts an overrun", async () => {
    const { port, reopen } = await open();
    await port.reserve({ id: "1", keyId: "a", amountMicros: 100, limits, now: NOW });
    expect(await port.settle("1", 40)).toEqual({ spentMicros: 40, overrunMicros: 0 });
    expect(await port.reserve({ id: "2", keyId: "a", amountMicros: 60, limits, now: NOW })).toEqual({ reserved: true });
    const again = await reopen();
    expect(await again.settle("2", 90)).toEqual({ spentMicros: 90, overrunMicros: 30 });
    expect(await again.usage("a", "day", NOW)).toEqual({ spentMicros: 130, reservedMicros: 0 });
    expect(await again.reserve({ id: "3", keyId: "a", amountMicros: 1, limits, now: NOW })).toEqual({
      reserved: false,
      window: "day",
      remainingMicros: 0,
    });
  });

  it("opens a new day at midnight UTC, within the month's limit", async () => {
    const { port } = await open();
    const midnight = NOW - (NOW % DAY) + DAY;
    const ask = (id: string, amountMicros: number, now: number) => port.reserve({ id, keyId: "a", amountMicros, limits, now });
    expect((await ask("1", 100, midnight - 1)).reserved).toBe(true);
    expect((await ask("2", 1, midnight - 1)).reserved).toBe(false);
    expect((await ask("3", 50, midnight)).reserved).toBe(true);
    expect(await ask("4", 1, midnight)).toEqual({ reserved: false, window: "month", remainingMicros: 0 });
    expect((await ask("5", 1, midnight - 1)).reserved).toBe(false);
  });

  it("refuses a time over a day back", async () => {
    const { port } = await open();
    const ask = (id: string, now: number) => port.reserve({ id, keyId: "a", amountMicros: 100, limits: { dayMicros: 100 }, now });
    await ask("1", NOW);
    await ask("2", NOW + 3 * DAY);
    await expect(ask("3", NOW)).rejects.toThrow(/over a day before/);
  });

  it("settles a reservation in its own windows, days later, and says what is still held", async () => {
    const { port, reopen } = await open();
    await port.reserve({ id: "2", keyId: "a", amountMicros: 10, limits, now: NOW });
    await port.reserve({ id: "1", keyId: "a", amountMicros: 10, limits, now: NOW + 3 * DAY });
    const again = await reopen();
    expect(await again.held()).toEqual([
      { id: "1", keyId: "a", amountMicros: 10, since: NOW + 3 * DAY },
      { id: "2", keyId: "a", amountMicros: 10, since: NOW },
    ]);
    await again.settle("2", 7);
    expect(await again.usage("a", "month", NOW)).toEqual({ spentMicros: 7, reservedMicros: 10 });
    expect(await again.usage("a", "day", NOW + 3 * DAY)).toEqual({ spentMicros: 0, reservedMicros: 10 });
  });

  it("is idempotent by id, and refuses an id of another amount or none", async () => {
    const { port } = await open();
    const ask = (amountMicros: number) => port.reserve({ id: "1", keyId: "a", amountMicros, limits, now: NOW });
    const [first, second] = await Promise.all([ask(60), ask(60)]);
    expect([first.reserved, second.reserved]).toEqual([true, true]);
    expect(await port.usage("a", "day", NOW)).toEqual({ spentMicros: 0, reservedMicros: 60 });
    await expect(ask(61)).rejects.toMatchObject({ code: "InvalidRequest" });
    await port.release("1");
    await expect(port.release("1")).rejects.toMatchObject({ code: "NotFound" });
    await expect(port.settle("1", 1)).rejects.toMatchObject({ code: "NotFound" });
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses an amount of %s, and changes nothing", async (amount) => {
    const { port } = await open();
    await expect(port.reserve({ id: "1", keyId: "a", amountMicros: amount, limits: {}, now: NOW })).rejects.toThrow(/micros/);
    await port.reserve({ id: "2", keyId: "a", amountMicros: 1, limits, now: NOW });
    await expect(port.settle("2", amount)).rejects.toThrow(/micros/);
    expect(await port.usage("a", "day", NOW)).toEqual({ spentMicros: 0, reservedMicros: 1 });
  });

  it("counts up to 2^53 − 1 exactly, and not past it", async () => {
    const { port, reopen } = await open();
    const most = Number.MAX_SAFE_INTEGER;
    await port.reserve({ id: "1", keyId: "a", amountMicros: most, limits: {}, now: NOW });
    await expect(port.reserve({ id: "2", keyId: "a", amountMicros: 1, limits: {}, now: NOW })).rejects.toThrow(/total/);
    expect(await (await reopen()).usage("a", "month", NOW)).toEqual({ spentMicros: 0, reservedMicros: most });
  });
});

interface Step {
  readonly keyId: string;
  readonly amount: number;
  /** Percent of the reservation that is spent; −1 releases it. */
  readonly outcome: number;
  readonly offset: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  keyId: fc.constantFrom("a", "b"),
  amount: fc.integer({ min: 0, max: 60 }),
  outcome: fc.integer({ min: -1, max: 130 }),
  offset: fc.integer({ min: 0, max: DAY }),
});

describe.each(keptInSql)("a ledger in memory and one in $where", ({ open }) => {
  it("grant, refuse and count the same", async () => {
    const sql = (await open()).port;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30, size: "max" }), async (steps) => {
        const memory = new InMemoryBudgetLedger();
        run += 1;
        const mine = (each: Step) => ({ ...each, keyId: `${String(run)}-${each.keyId}` });
        const told = (ledger: BudgetLedger) => Promise.all(steps.map((each, at) => play(ledger, mine(each), `${String(run)}-${String(at)}`)));
        expect(await told(sql)).toEqual(await told(memory));
        for (const keyId of [`${String(run)}-a`, `${String(run)}-b`]) {
          for (const window of ["day", "month"] as const) {
            for (const now of [MONTH_END, MONTH_END + DAY]) {
              expect(await sql.usage(keyId, window, now)).toEqual(await memory.usage(keyId, window, now));
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

async function play(ledger: BudgetLedger, { keyId, amount, outcome, offset }: Step, id: string): Promise<unknown> {
  const asked = await ledger.reserve({ id, keyId, amountMicros: amount, limits, now: MONTH_END + offset });
  if (!asked.reserved) return asked;
  if (outcome < 0) {
    await ledger.release(id);
    return [asked, "released"];
  }
  return [asked, await ledger.settle(id, Math.floor((amount * outcome) / 100))];
}

describe.each(keptInSql)("500 concurrent requests on one key in $where", ({ open: openLedger }) => {
  it("never overspend, and spend what fits", async () => {
    const { port, reopen } = await openLedger();
    const amount = 7;
    const most: BudgetLimits = { dayMicros: 1000 };
    let open = 0;
    let spent = 0;
    let peak = 0;
    const run = async (at: number): Promise<boolean> => {
      const id = String(at);
      const asked = await port.reserve({ id, keyId: "k", amountMicros: amount, limits: most, now: NOW });
      if (!asked.reserved) return false;
      open += amount;
      peak = Math.max(peak, open + spent);
      await new Promise((next) => setTimeout(next, at % 5));
      const actual = at % 3 === 0 ? 0 : amount - (at % 2);
      open -= amount;
      spent += actual;
      await (at % 3 === 0 ? port.release(id) : port.settle(id, actual));
      return true;
    };
    const granted = (await Promise.all(Array.from({ length: 500 }, (_, at) => run(at)))).filter((each) => each).length;
    expect(peak).toBeLessThanOrEqual(1000);
    expect(granted).toBeGreaterThanOrEqual(Math.floor(1000 / amount));
    const names: readonly BudgetWindow[] = ["day", "month"];
    const again = await reopen();
    for (const window of names) expect(await again.usage("k", window, NOW), windowName(window, NOW)).toEqual({ spentMicros: spent, reservedMicros: 0 });
  });

  it("grant exactly as many as fit when all are held", async () => {
    const { port } = await openLedger();
    const asked = await Promise.all(
      Array.from({ length: 500 }, (_, at) => port.reserve({ id: String(at), keyId: "k", amountMicros: 7, limits: { dayMicros: 1000 }, now: NOW })),
    );
    expect(asked.filter(({ reserved }) => reserved)).toHaveLength(142);
    expect(asked[142]).toEqual({ reserved: false, window: "day", remainingMicros: 6 });
    expect(await port.usage("k", "day", NOW)).toEqual({ spentMicros: 0, reservedMicros: 994 });
  });
});

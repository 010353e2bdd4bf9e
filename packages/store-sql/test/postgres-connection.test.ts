import { TraceabilitySystem } from "@caio/traceability";
import { describe, expect, it, onTestFinished } from "vitest";

import { openPostgresStores, type PostgresStoresOptions, type SqlStores } from "../src/index.ts";
import { CuttingProxy, type Cut } from "./support/cutting-proxy.ts";
import { hasPostgres, postgres, type PostgresTestDatabase } from "./support/databases.ts";
import { decision, registrationOf, some, storedOutcome } from "./support/records.ts";

const limits = { dayMicros: 1000 };
const NOW = 1_764_000_000_000;

interface Reached {
  readonly database: PostgresTestDatabase;
  readonly proxy: CuttingProxy;
  readonly stores: SqlStores;
}

/** Stores by way of a network that can fail. */
async function reached(more: Partial<PostgresStoresOptions> = {}): Promise<Reached> {
  const database = await postgres.make();
  const proxy = await CuttingProxy.to(database.server.port);
  const stores = await openPostgresStores({ database: proxy.through(database.server.url()), schema: database.schema, instance: "a", ...more });
  onTestFinished(() => stores.close());
  return { database, proxy, stores };
}

/** Ends every connection that writes, on the server's side, wherever it is. */
async function terminate({ server }: PostgresTestDatabase): Promise<void> {
  await server.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'caio %'");
}

describe.skipIf(!hasPostgres)("a commit whose connection is lost", () => {
  it.each<Cut>(["before", "after"])("%s the server has done it is kept once, and its caller told so", async (cut) => {
    const { proxy, stores } = await reached();
    const traces = await TraceabilitySystem.open(stores.traces);
    await traces.appendDecision("acme", decision("first"));
    proxy.cut = cut;
    const receipts = await Promise.all(["second", "third"].map((name) => traces.appendDecision("acme", decision(name))));
    proxy.cut = cut;
    await stores.registry.append({ epoch: 1, edits: [{ kind: "register", ...registrationOf("a") }] });
    proxy.cut = cut;
    expect(await stores.budgets.reserve({ id: "1", keyId: "k", amountMicros: 7, limits, now: NOW })).toEqual({ reserved: true });
    proxy.cut = cut;
    expect(await stores.budgets.settle("1", 5)).toEqual({ spentMicros: 5, overrunMicros: 0 });
    expect(proxy.cuts).toBe(4);
    expect(receipts.map(({ logIndex }) => logIndex)).toEqual([1, 2]);
    expect([await stores.traces.size(), (await stores.registry.load(0)).length, await stores.budgets.usage("k", "day", NOW)]).toEqual([3, 1, { spentMicros: 5, reservedMicros: 0 }]);
    expect(await traces.verify()).toEqual({ holds: true });
  });

  it.each<Cut>(["before", "after"])("%s the server has done it, and that does not come back in time, is not known; the log goes on when it is", async (cut) => {
    const { proxy, stores } = await reached({ patienceMs: 100 });
    const traces = await TraceabilitySystem.open(stores.traces);
    await traces.appendDecision("acme", decision("first"));
    Object.assign(proxy, { cut, thenClosed: true });
    const unknown = traces.appendDecision("acme", decision("second"));
    await expect(unknown).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "unreachable", kept: "unknown" } });
    await expect(traces.appendDecision("acme", decision("third"))).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "unreachable" } });
    await expect(stores.traces.size()).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "unreachable" } });
    proxy.closed = false;
    const outcomes = [];
    for (const name of ["fourth", "fifth"]) outcomes.push(await traces.appendDecision("acme", decision(name)).then(({ logIndex }) => logIndex, (error: unknown) => (error as { code: string }).code));
    expect(outcomes).toEqual(cut === "before" ? [1, 2] : ["ServiceUnavailable", 2]);
    expect((await traces.trace(some("second")))?.logIndex).toBe(cut === "before" ? undefined : 1);
    expect([await stores.traces.size(), await traces.verify()]).toEqual([3, { holds: true }]);
  });
});

describe.skipIf(!hasPostgres)("a commit that comes late", () => {
  it("never comes once it is asked for: what the log was found to be, it is", async () => {
    const { proxy, stores } = await reached({ patienceMs: 100 });
    const traces = await TraceabilitySystem.open(stores.traces);
    await traces.appendDecision("acme", decision("first"));
    Object.assign(proxy, { cut: "late", thenClosed: true });
    await expect(traces.appendDecision("acme", decision("second"))).rejects.toMatchObject({ details: { kept: "unknown" } });
    proxy.closed = false;
    expect(await stores.traces.size()).toBe(1);
    await proxy.deliver();
    expect(await stores.traces.size()).toBe(1);
    expect((await traces.appendDecision("acme", decision("third"))).logIndex).toBe(1);
    expect([await stores.traces.size(), await traces.verify()]).toEqual([2, { holds: true }]);
  });
});

describe.skipIf(!hasPostgres)("a connection that the server ends", () => {
  it("between commits or during one is opened again, and everything that was confirmed is kept once", async () => {
    const { database, stores } = await reached();
    const traces = await TraceabilitySystem.open(stores.traces);
    const confirmed: number[] = [];
    for (let round = 0; round < 10; round++) {
      const appended = Promise.all(Array.from({ length: 20 }, (_, at) => traces.appendDecision("acme", decision(`${String(round)}-${String(at)}`))));
      await terminate(database);
      confirmed.push(...(await appended).map(({ logIndex }) => logIndex));
    }
    expect(confirmed).toEqual(Array.from({ length: 200 }, (_, at) => at));
    expect([await stores.traces.size(), await traces.verify()]).toEqual([200, { holds: true }]);
  });
});

describe.skipIf(!hasPostgres)("a writer in whose name somebody else has written", () => {
  it.each([
    ["a commit of somebody else", "update writer set mark = 'theirs' where queue = 'log'"],
    ["a database that lost its last commit", "update writer set mark = '' where queue = 'log'"],
    ["no mark", "delete from writer where queue = 'log'"],
  ])("writes and reads no more: %s", async (_name, sql) => {
    const { database, stores } = await reached();
    await stores.traces.append(0, [storedOutcome("one")]);
    await database.tamper(sql);
    for (let time = 0; time < 2; time++) {
      await expect(stores.traces.append(1, [storedOutcome("two")])).rejects.toMatchObject({ code: "IntegrityViolation", details: { reason: "fenced" } });
    }
    // Whoever asks whether all is well is told that it is not.
    await expect(stores.traces.size()).rejects.toMatchObject({ details: { reason: "fenced" } });
    await stores.close();
    const again = await database.open();
    expect(await again.traces.size()).toBe(1);
    await again.close();
  });

  it("also if that happened while its connection was lost", async () => {
    const { database, proxy, stores } = await reached({ patienceMs: 30_000 });
    await stores.traces.append(0, [storedOutcome("one")]);
    Object.assign(proxy, { cut: "before", thenClosed: true });
    const lost = stores.traces.append(1, [storedOutcome("two")]);
    await expect.poll(() => proxy.cuts).toBe(1);
    const other = await database.open("a", { busyTimeoutMs: 20_000 });
    await other.traces.append(1, [storedOutcome("theirs")]);
    await other.close();
    proxy.closed = false;
    await expect(lost).rejects.toMatchObject({ details: { reason: "fenced" } });
  });

  it("waits while the other one is there, and says that it is", async () => {
    const { database, proxy, stores } = await reached({ patienceMs: 200 });
    await stores.traces.append(0, [storedOutcome("one")]);
    Object.assign(proxy, { cut: "before", thenClosed: true });
    const lost = stores.traces.append(1, [storedOutcome("two")]);
    await expect(lost).rejects.toMatchObject({ details: { reason: "unreachable" } });
    const other = await database.open("a", { busyTimeoutMs: 20_000 });
    proxy.closed = false;
    await expect(stores.traces.append(1, [storedOutcome("two")])).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "locked" } });
    await other.close();
    // Nothing was written by it, so its place is free again.
    await stores.traces.append(1, [storedOutcome("two")]);
    expect(await stores.traces.size()).toBe(2);
  });
});

import { randomBytes } from "node:crypto";

import { sharedPostgres } from "@caio/fakes";
import { ServiceRegistry } from "@caio/registry";
import { parsePolicySet } from "@caio/rules";
import { issueApiKey } from "@caio/security";
import { LogReader, TraceabilitySystem } from "@caio/traceability";
import pg from "pg";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { openReplicaLinks, type ReplicaLinks } from "../src/index.ts";
import { hasPostgres, PostgresTestDatabase } from "./support/databases.ts";
import { decision, registrationOf } from "./support/records.ts";

const NOW = 1_764_000_000_000;

describe.skipIf(!hasPostgres)("instances over one database", () => {
  async function start(): Promise<PostgresTestDatabase> {
    return new PostgresTestDatabase(await sharedPostgres());
  }

  function links(database: PostgresTestDatabase, instance = "b"): ReplicaLinks {
    const opened = openReplicaLinks({ database: database.server.url(), schema: database.schema, instance, chance: () => 0 });
    onTestFinished(() => opened.close());
    return opened;
  }

  it("hear of every change of registry, policies and keys, as it is committed and by what kind it is", async () => {
    const database = await start();
    const stores = await database.open("a");
    onTestFinished(() => stores.close());
    const { news } = links(database);
    const heard = vi.fn();
    const line = vi.fn();
    news.listen(heard, line);
    await vi.waitFor(() => { expect(line).toHaveBeenCalledWith(true); }, { timeout: 20_000 });
    const before = await news.revisions();
    const registry = await ServiceRegistry.open(stores.registry);
    await registry.register(registrationOf("a"));
    expect(await news.revisions()).toEqual({ ...before, registry: before.registry + 1 });
    await vi.waitFor(() => { expect(heard).toHaveBeenCalled(); }, { timeout: 20_000 });
    await stores.policies.put(parsePolicySet("caio_policy: 1\nid: house\n"));
    const { record } = issueApiKey({ subject: "a", issuer: "house", tenant: "t", permissions: [], trust: 1 }, { now: NOW, random: (size) => randomBytes(size) });
    await stores.keys.add(record);
    const third = await news.revisions();
    expect(third.policies).toBeGreaterThan(before.policies);
    expect(third.keys).toBe(before.keys + 1);
    await stores.keys.revoke(record.keyId, NOW);
    expect((await news.revisions()).keys).toBe(third.keys + 1);
    // What is not shared is no news.
    const traces = await TraceabilitySystem.open(stores.traces);
    await traces.appendDecision("t", decision("d"));
    await stores.budgets.reserve({ id: "r", keyId: record.keyId, amountMicros: 5, limits: {}, now: NOW });
    expect(await news.revisions()).toEqual({ ...third, keys: third.keys + 1 });
  });

  it("hear and say that they are there however many ask who is there", async () => {
    const database = await start();
    const stores = await database.open("b");
    onTestFinished(() => stores.close());
    const { news, directory } = links(database);
    // Nobody who asks for words of witnesses is answered as long as this lasts.
    const holder = new pg.Client(database.server.url());
    await holder.connect();
    onTestFinished(() => holder.end());
    await holder.query(`begin; lock table ${database.schema}.cosignature`);
    const asking = Promise.allSettled(Array.from({ length: 20 }, () => directory.cosignatures("a")));
    await news.revisions();
    await directory.announce({ name: "b", origin: "b", logKeys: "", witnessKey: "" });
    await holder.query("rollback");
    await asking;
  });

  it("hear again after their line was cut, and are told that it was", async () => {
    const database = await start();
    const stores = await database.open("a");
    onTestFinished(() => stores.close());
    const { news } = links(database);
    const heard = vi.fn();
    const lines: boolean[] = [];
    const stop = news.listen(heard, (connected) => lines.push(connected));
    await vi.waitFor(() => { expect(lines).toEqual([true]); }, { timeout: 20_000 });
    await database.server.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'caio b news'");
    await vi.waitFor(() => { expect(lines).toEqual([true, false, true]); }, { timeout: 20_000 });
    await (await ServiceRegistry.open(stores.registry)).register(registrationOf("a"));
    await vi.waitFor(() => { expect(heard).toHaveBeenCalled(); }, { timeout: 20_000 });
    await stop();
    expect(lines.at(-1)).toBe(false);
  });

  it("know one another, and read each other's logs, to which they cannot write", async () => {
    const database = await start();
    const stores = await database.open("a");
    onTestFinished(() => stores.close());
    const { directory } = links(database);
    expect(await directory.list()).toEqual([]);
    const card = { name: "a", origin: "caio.example/a", logKeys: "k", witnessKey: "w" };
    await directory.announce(card);
    await directory.announce({ ...card, logKeys: "k2" });
    const [listed] = await directory.list();
    expect(listed).toMatchObject({ ...card, logKeys: "k2" });
    expect(listed?.silentMs).toBeLessThan(5000);
    await expect(directory.announce({ ...card, name: "stranger" })).rejects.toMatchObject({ code: "IntegrityViolation" });

    const traces = await TraceabilitySystem.open(stores.traces);
    await traces.appendDecision("t", decision("d"), undefined, { decisionKey: "ab".repeat(32), disclosed: "{}" });
    await stores.checkpoints.save({ note: "note", signedAt: 1 });
    const log = directory.logOf("a");
    const reader = new LogReader(log.traces);
    await reader.reach(traces.head);
    expect(await reader.trace(decision("d").decisionId)).toEqual(await traces.trace(decision("d").decisionId));
    expect(await log.openings.opening(decision("d").decisionId)).toEqual({ decisionKey: "ab".repeat(32), disclosed: "{}" });
    expect(await log.checkpoints.load()).toEqual({ note: "note", signedAt: 1 });
    await expect(log.traces.append(1, [])).rejects.toMatchObject({ details: { reason: "read_only" } });
    await expect(directory.logOf("nobody").traces.size()).rejects.toThrow();
  });

  it("keep of each witness what it said of the largest log", async () => {
    const database = await start();
    const stores = await database.open("a");
    onTestFinished(() => stores.close());
    const { directory } = links(database);
    const said = (size: number, witness = "caio.example/b") => ({ origin: "caio.example/a", witness, size, note: `note ${String(size)}`, line: `line ${String(size)}` });
    await directory.keepCosignature(said(5));
    await directory.keepCosignature(said(3));
    await directory.keepCosignature(said(4, "caio.example/c"));
    expect(await directory.cosignatures("caio.example/a")).toEqual([said(5), said(4, "caio.example/c")]);
    await directory.keepCosignature(said(9));
    expect((await directory.cosignatures("caio.example/a"))[0]).toEqual(said(9));
    await expect(directory.keepCosignature(said(-1))).rejects.toMatchObject({ code: "NumberOutOfRange" });
  });

  it("end what another one that is gone holds of a budget, once and at its worst", async () => {
    const database = await start();
    const [a, b] = [await database.open("a"), await database.open("b")];
    onTestFinished(async () => { await Promise.all([a.close(), b.close()]); });
    const { directory } = links(database);
    await a.budgets.reserve({ id: "r", keyId: "k", amountMicros: 70, limits: { dayMicros: 100 }, now: NOW });
    expect(await b.budgets.held()).toEqual([]);
    const held = await directory.heldBy("a");
    expect(held).toMatchObject([{ id: "r", keyId: "k", amountMicros: 70 }]);
    await b.budgets.settle("r", 70);
    expect(await b.budgets.usage("k", "day", NOW)).toEqual({ spentMicros: 70, reservedMicros: 0 });
    // It was not gone after all: what it spent is counted already.
    await expect(a.budgets.settle("r", 5)).rejects.toMatchObject({ code: "NotFound" });
    expect(await a.budgets.usage("k", "day", NOW)).toEqual({ spentMicros: 70, reservedMicros: 0 });
    expect(await directory.heldBy("a")).toEqual([]);
  });

  it("fail in bounded time where no answer comes", async () => {
    const database = await start();
    const away = openReplicaLinks({ database: "postgres://caio@127.0.0.1:1/none", schema: database.schema, instance: "b", chance: () => 0 });
    onTestFinished(() => away.close());
    await expect(away.news.revisions()).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "unreachable" } });
  });
});

import { MessageChannel, Worker } from "node:worker_threads";

import type { History, HistoryLeaf } from "@caio/contracts";
import { TraceabilitySystem } from "@caio/traceability";
import { describe, expect, it, onTestFinished } from "vitest";

import { isStoreFault, openSqlStores, type SqlStores } from "../src/index.ts";
import { StoreCalls, type StorePort } from "../src/thread/call-stores.ts";
import { applyDelta, historyDelta } from "../src/stores/history-delta.ts";
import { storesOfThread } from "../src/thread/open-sql-thread.ts";
import type { StoreCall } from "../src/thread/store-message.ts";
import { archived, restored } from "./support/archives.ts";
import { newFile, SqliteTestDatabase } from "./support/databases.ts";
import { fill, someOfAll } from "./support/filled-store.ts";
import { decision, some } from "./support/records.ts";

function thread(file: string): Worker {
  const worker = new Worker(new URL("./support/thread-from-sources.mjs", import.meta.url), { workerData: { file }, execArgv: ["--conditions", "@caio/source"] });
  onTestFinished(async () => { await worker.terminate(); });
  return worker;
}

async function opened(file: string): Promise<SqlStores> {
  const stores = await storesOfThread(thread(file), file);
  onTestFinished(() => stores.close());
  return stores;
}

const leaf = (service: string, outcomes: number): HistoryLeaf => ({ service, model: null, health: "healthy", promises: [], outcomes, violations: 0 });

describe("the stores in a thread of their own", () => {
  it("keep a log that the next process opens", async () => {
    const file = newFile();
    const stores = await opened(file);
    const traces = await TraceabilitySystem.open(stores.traces);
    const opening = { decisionKey: some("key"), disclosed: "{}" };
    traces.linkVersion("policy", null, { version: 1, digest: some(1) });
    await Promise.all(Array.from({ length: 100 }, (_, at) => traces.appendDecision("acme", decision(String(at)), undefined, opening)));
    expect(await stores.decisionKeys.opening(some("7"))).toEqual(opening);
    await stores.close();
    const here = await openSqlStores({ file });
    onTestFinished(() => here.close());
    const again = await TraceabilitySystem.open(here.traces);
    expect(again.head).toEqual(traces.head);
    expect(again.head.size).toBe(101);
  });

  it("are sent what changed in a version of H, and keep all of it", async () => {
    const { history } = await opened(newFile());
    const first: History = { version: 1, leaves: [leaf("a", 1), leaf("b", 1), leaf("c", 1)] };
    await history.append(first);
    const [a, , c] = first.leaves;
    const second: History = { version: 2, leaves: [a, leaf("bb", 3), { ...c, outcomes: 2 }] as HistoryLeaf[] };
    await history.append(second);
    expect([await history.latest(), await history.load(1)]).toEqual([second, first]);
    await expect(history.append({ version: 2, leaves: [] })).rejects.toMatchObject({ code: "InvalidHistory" });
    await history.append({ version: 3, leaves: [] });
    expect(await history.load(3)).toEqual({ version: 3, leaves: [] });
  });

  it("give a copy of all that they hold, and remove what is too old", async () => {
    const file = newFile();
    const stores = await opened(file);
    await fill(stores, { ...someOfAll, retained: 0 });
    const bytes = await archived(stores);
    expect(await stores.retention.retain({ decisions: 5000 }, { at: 1 })).toMatchObject({ entries: 5 });
    expect((await stores.retention.runs()).map(({ entries }) => entries.count)).toEqual([5]);
    await expect(stores.backup.next("none")).rejects.toMatchObject({ code: "NotFound" });
    const copy = new SqliteTestDatabase(newFile());
    expect((await restored(bytes, copy)).header.logs[0]?.size).toBe(25);
    await stores.close();
  });

  it("refuse as they do in the same thread: a file that is taken, an order that is wrong, a store that is closed", async () => {
    const file = newFile();
    const stores = await opened(file);
    await expect(storesOfThread(thread(file), file)).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "locked", file } });
    await expect(stores.traces.append(7, [])).rejects.toMatchObject({ code: "IntegrityViolation", details: { found: 0, expected: 7 } });
    await stores.close();
    await stores.close();
    await expect(stores.traces.size()).rejects.toMatchObject({ details: { reason: "closed" } });
  });

  it("refuse a call that cannot be sent, alone; and then hold the process no longer", async () => {
    const file = newFile();
    const { port1, port2 } = new MessageChannel();
    onTestFinished(() => { port1.close(); });
    let held = true;
    const port: StorePort = {
      postMessage: (value: unknown) => { port1.postMessage(value); },
      ref: () => { held = true; },
      unref: () => { held = false; },
      on: (event, listener) => port1.on(event, listener),
    };
    const calls = new StoreCalls(port, file);
    port2.on("message", (sent: readonly StoreCall[]) => { port2.postMessage(sent.map(({ id, method }) => ({ id, value: method }))); });
    const results = await Promise.allSettled([calls.call("traces", "size", []), calls.call("traces", "append", [() => undefined]), calls.call("keys", "list", [])]);
    expect(results.map((result) => (result.status === "fulfilled" ? result.value : isStoreFault(result.reason, "failed")))).toEqual(["size", true, "list"]);
    await expect(calls.call("traces", "append", [() => undefined])).rejects.toMatchObject({ code: "ServiceUnavailable", details: { file } });
    expect(held).toBe(false);
  });

  it("that end before their answer are a fault of the store, for what waits and for what comes", async () => {
    const file = newFile();
    const worker = thread(file);
    const stores = await storesOfThread(worker, file);
    const waiting = Promise.allSettled([stores.keys.list(), stores.traces.size()]);
    await worker.terminate();
    for (const result of await waiting) if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "ServiceUnavailable", details: { file } });
    await expect(stores.keys.list()).rejects.toMatchObject({ details: { reason: "closed" } });
  });
});

describe("a version of H as a change of another", () => {
  it("gives the version again, with the leaves that stayed", () => {
    const before: History = { version: 4, leaves: [leaf("a", 1), leaf("b", 1)] };
    const after: History = { version: 5, leaves: [...before.leaves.slice(0, 1), leaf("c", 1)] };
    const delta = historyDelta(before, after);
    expect(delta).toEqual({ version: 5, base: 4, changed: [leaf("c", 1)], gone: [{ service: "b", model: null }] });
    expect(applyDelta(before, delta)).toEqual(after);
    expect(applyDelta(before, delta).leaves[0]).toBe(before.leaves[0]);
    expect(applyDelta(before, historyDelta(undefined, after))).toEqual(after);
    expect(() => applyDelta({ ...before, version: 3 }, delta)).toThrow(/change of history version 4/);
  });
});

import { toHex } from "@caio/core";
import { describe, expect, it } from "vitest";

import { entryHash, InMemoryTraceStore, LogReader, TraceabilitySystem, verifyReceipt, generateSigningKey, KeyRing, signCheckpoint, type TraceStore } from "../src/index.ts";
import { decision, outcome, some } from "./support/records.ts";

async function written(count: number, store = new InMemoryTraceStore(), prefix = "d"): Promise<{ readonly store: InMemoryTraceStore; readonly traces: TraceabilitySystem }> {
  const traces = await TraceabilitySystem.open(store);
  for (let at = 0; at < count; at++) await traces.appendDecision("acme", decision(`${prefix}${String(at)}`));
  return { store, traces };
}

describe("a log that another writes", () => {
  it("is read as far as a head says, and on when it has grown; it proves what is there", async () => {
    const { store, traces } = await written(5);
    const log = new LogReader(store);
    await log.reach(traces.headAt(3));
    expect(log.head).toEqual(traces.headAt(3));
    await traces.appendOutcome("acme", outcome("d1"));
    await log.reach(traces.head);
    const ring = KeyRing.of("log", generateSigningKey());
    const checkpoint = signCheckpoint({ origin: "log", ...traces.head, extensions: [] }, [ring.signer]);
    const [entry = ""] = await log.entryTexts(1, 1);
    expect(verifyReceipt({ index: 1, path: log.inclusionProof(1), checkpoint }, entry, ring.verifiers).size).toBe(6);
    expect(log.consistencyProof(3)).toEqual(traces.consistencyProof(3));
    expect(await log.trace(some("d1"))).toEqual(await traces.trace(some("d1")));
    expect(await log.trace(some("d1"), "umbra")).toBeUndefined();
    expect(await log.certificate(some("d1"))).toBeUndefined();
  });

  it("is refused where the store does not have what a head says", async () => {
    const { store, traces } = await written(3);
    const { traces: other } = await written(4, new InMemoryTraceStore(), "x");
    const log = new LogReader(store);
    await expect(log.reach(other.head)).rejects.toMatchObject({ code: "IntegrityViolation", details: { reason: "not_the_log" } });
    await expect(log.reach(other.headAt(2))).rejects.toMatchObject({ code: "IntegrityViolation" });
    await log.reach(traces.head);
    expect(log.head).toEqual(traces.head);
  });

  it("is read anew where it was put back to an older copy and went on otherwise", async () => {
    const { store, traces } = await written(4);
    let now: TraceStore = store;
    const log = new LogReader({ size: () => now.size(), append: () => Promise.reject(new Error("read only")), read: (...asked) => now.read(...asked), find: (query) => now.find(query) });
    await log.reach(traces.head);
    const older = new InMemoryTraceStore();
    await older.append(0, await store.read(0, 2));
    const { traces: again } = await written(3, older, "y");
    now = older;
    await log.reach(again.head);
    expect(log.head).toEqual(again.head);
  });

  it("says of what is past its retention that it is, also before it has read so far; the proof is there when it has", async () => {
    const { store, traces } = await written(3);
    const [stored] = await store.read(1, 1);
    const leaf = entryHash(stored?.text ?? "");
    const expired: TraceStore = {
      ...{ size: () => store.size(), append: () => Promise.reject(new Error("read only")), find: (query) => store.find(query) },
      read: async (start, count) => (await store.read(start, count)).map((entry, at) => (start + at === 1 ? { text: null, leaf, keys: { ...entry.keys, service: null, time: null }, certificate: null } : entry)),
    };
    const log = new LogReader(expired);
    const asked = [() => log.trace(some("d1")), () => log.certificate(some("d1")), () => log.entryTexts(1, 1)];
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: "Expired", details: { log_index: 1, leaf } });
    await log.reach(traces.head);
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: "Expired", details: { tree_size: 3, inclusion_proof: traces.inclusionProof(1).map(toHex) } });
  });
});

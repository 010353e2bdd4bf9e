import { entryText, InMemoryTraceStore, keysOf, TraceabilitySystem, type EntryQuery, type LogEntry, type TraceStore } from "@caio/traceability";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { both, inSql } from "./support/both.ts";
import { decision, outcome, some, storedOutcome } from "./support/records.ts";

const kept = both<TraceStore>(() => new InMemoryTraceStore(), (stores) => stores.traces);

describe.each(kept)("a trace store in $where", ({ open }) => {
  it("keeps entries with their keys and certificates, in order", async () => {
    const { port, reopen } = await open();
    const version: LogEntry = { kind: "policy", tenant: null, body: { version: 1, digest: some(1), parent: null }, prev: null };
    const entries = [
      { ...storedOutcome("one"), certificate: '{"a":1}' },
      storedOutcome("two", { endedAt: Number.MAX_SAFE_INTEGER, reason: "ä \u0000 ☃" }),
      { text: entryText(version), keys: keysOf(version), certificate: null },
      { ...storedOutcome("three"), certificate: '{"b":2}' },
    ];
    await port.append(0, entries.slice(0, 2));
    await port.append(2, entries.slice(2));
    for (const opened of [() => Promise.resolve(port), reopen]) {
      const store = await opened();
      expect(await store.size()).toBe(4);
      expect(await store.read(0, 100)).toEqual(entries);
      expect(await store.read(1, 2)).toEqual(entries.slice(1, 3));
      expect(await store.read(4, 1)).toEqual([]);
      expect((await store.read(0, 4, { certificates: false })).map(({ text }) => text)).toEqual(entries.map(({ text }) => text));
    }
  });

  it("refuses what does not follow, and keeps nothing of it", async () => {
    const { port } = await open();
    await port.append(0, [storedOutcome("one")]);
    for (const start of [0, 2]) {
      await expect(port.append(start, [storedOutcome("two")])).rejects.toMatchObject({ code: "IntegrityViolation" });
    }
    expect(await port.size()).toBe(1);
    await port.append(1, [storedOutcome("two")]);
    expect(await port.size()).toBe(2);
  });

  it("carries a traceability system over a restart", async () => {
    const { port, reopen } = await open();
    const before = await TraceabilitySystem.open(port);
    await before.appendVersion("registry", "acme", { version: 1, digest: some(1) });
    await Promise.all(Array.from({ length: 150 }, (_, at) => before.appendDecision(at % 2 === 0 ? "acme" : "bolt", decision(String(at)))));
    await before.appendOutcome("acme", outcome("0"));
    const after = await TraceabilitySystem.open(await reopen());
    expect(after.head).toEqual(before.head);
    expect(after.head.size).toBe(152);
    expect(await after.verify()).toEqual({ holds: true });
    expect(after.findVersion("registry", "acme", { version: 1, digest: some(1) })?.logIndex).toBe(0);
    expect(await after.trace(some("0"))).toMatchObject({ tenant: "acme", outcomes: [{ logIndex: 151 }] });
    await after.appendDecision("acme", decision("more"));
    expect(await after.verify()).toEqual({ holds: true });
  });
});

const query: fc.Arbitrary<EntryQuery> = fc.record(
  {
    kind: fc.constantFrom("outcome", "decision", "policy"),
    tenant: fc.constantFrom("acme", "bolt", null),
    decisionId: fc.constantFrom(some("a"), some("b"), some("none")),
    decisionIds: fc.subarray([some("a"), some("b"), some("none")]),
    service: fc.constantFrom("ident", "mail", "none", null),
    from: fc.nat(10),
    until: fc.nat(10),
    after: fc.integer({ min: -1, max: 40 }),
    before: fc.integer({ min: 0, max: 45 }),
    newestFirst: fc.boolean(),
    limit: fc.constantFrom(0, 1, 3, Number.MAX_SAFE_INTEGER),
  },
  { requiredKeys: [] },
);

describe.each(inSql((stores) => stores.traces))("a trace store in memory and one in $where", ({ open }) => {
  it("find the few entries of a decision among very many, wherever they are", async () => {
    const store = (await open()).port;
    const named = new Map([[0, "a"], [1, "b"], [4095, "b"], [4096, "a"], [8191, "b"], [8192, "c"], [8999, "a"]]);
    const entries = Array.from({ length: 9000 }, (_, at) => storedOutcome(named.get(at) ?? `other-${String(at)}`));
    for (let start = 0; start < entries.length; start += 3000) await store.append(start, entries.slice(start, start + 3000));
    const found = (name: string, more: EntryQuery = {}): Promise<readonly number[]> => store.find({ decisionId: some(name), ...more });
    expect([await found("a"), await found("b"), await found("c"), await found("none")]).toEqual([[0, 4096, 8999], [1, 4095, 8191], [8192], []]);
    expect([await found("a", { after: 0 }), await found("a", { after: 4096 }), await found("a", { after: 8999 }), await found("b", { limit: 2 })]).toEqual([[4096, 8999], [8999], [], [1, 4095]]);
    expect(await found("b", { service: "none" })).toEqual([]);
  });

  it("find the same", async () => {
    const sql = (await open()).port;
    const memory = new InMemoryTraceStore();
    const version: LogEntry = { kind: "policy", tenant: null, body: { version: 1, digest: some(1), parent: null }, prev: null };
    const entries = Array.from({ length: 40 }, (_, at) => {
      if (at % 9 === 0) return { text: entryText(version), keys: keysOf(version), certificate: null };
      const changes = { endedAt: (at * 7) % 11, service: at % 3 === 0 ? "ident" : "mail" };
      return storedOutcome(at % 5 === 0 ? "a" : "b", changes, at % 4 === 0 ? "acme" : "bolt");
    });
    await Promise.all([sql.append(0, entries), memory.append(0, entries)]);
    await fc.assert(
      fc.asyncProperty(query, async (each) => {
        expect(await sql.find(each)).toEqual(await memory.find(each));
      }),
      { numRuns: 300 },
    );
  });
});

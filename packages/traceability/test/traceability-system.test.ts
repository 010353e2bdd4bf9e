import { digest, fromHex, verifyConsistencyPath, verifyInclusionPath } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  createTrace,
  generateProof,
  InMemoryTraceStore,
  proofProperties,
  TraceabilitySystem,
  verifyChain,
  type StoredEntry,
} from "../src/index.ts";
import { decision, outcome, some } from "./support/records.ts";

async function opened(store = new InMemoryTraceStore()): Promise<TraceabilitySystem> {
  return await TraceabilitySystem.open(store);
}

async function textsOf(store: InMemoryTraceStore): Promise<string[]> {
  return (await store.read(0, 10_000)).map(({ text }) => text);
}

describe("decisions and outcomes", () => {
  it("come back as a trace with proofs, links and the outcomes of its own", async () => {
    const traces = await opened();
    const first = await traces.appendDecision("acme", decision("one"));
    await traces.appendOutcome("acme", outcome("other"));
    await traces.appendOutcome("acme", outcome("one", { status: "timeout", reason: "deadline_us", costMicros: 3 }));
    const second = await traces.appendDecision("acme", decision("two"));
    const trace = await traces.trace(some("one"));
    expect(trace).toMatchObject({
      ...decision("one"),
      tenant: "acme",
      logIndex: 0,
      previous: null,
      entryHash: first.entryHash,
      outcomes: [{ logIndex: 2, status: "timeout", reason: "deadline_us", costMicros: 3, resultDigest: null }],
    });
    expect(trace?.proofs.map(({ property }) => property)).toEqual(proofProperties);
    expect(second.logIndex).toBe(3);
    expect(await traces.trace(some("three"))).toBeUndefined();
    expect(await traces.trace(some("one"), "bolt")).toBeUndefined();
  });

  it("are found by tenant, time and service, page by page", async () => {
    const traces = await opened();
    for (let hour = 0; hour < 6; hour++) {
      const service = hour % 2 === 0 ? "ident" : "mail";
      const body = decision(`d${String(hour)}`, { now: hour * 1000, selected: { service, model: null } });
      await traces.appendDecision(hour < 4 ? "acme" : "bolt", body);
    }
    const times = async (query: Parameters<typeof traces.find>[0]) => (await traces.find(query)).map(({ now }) => now);
    expect(await times({})).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
    expect(await times({ tenant: "acme", service: "ident" })).toEqual([0, 2000]);
    expect(await times({ from: 2000, until: 4000 })).toEqual([2000, 3000]);
    expect(await times({ limit: 2 })).toEqual([0, 1000]);
    expect(await times({ limit: 2, after: 1 })).toEqual([2000, 3000]);
    expect(await times({ service: "nobody" })).toEqual([]);
  });

  it("an id that was logged again is that of the last decision", async () => {
    const traces = await opened();
    await traces.appendDecision("acme", decision("one"));
    await traces.appendOutcome("acme", outcome("one"));
    await traces.appendDecision("acme", decision("one"));
    expect(await traces.trace(some("one"))).toMatchObject({ logIndex: 2, outcomes: [] });
  });

  it("a refusal is logged like a choice", async () => {
    const traces = await opened();
    await traces.appendDecision("acme", decision("no", { outcome: "BudgetExceeded", selected: null }));
    const trace = await traces.trace(some("no"));
    expect(trace?.proofs[4]?.statement).toBe("No pair is admitted.");
  });

  it("nothing goes in that would not come out again", async () => {
    const traces = await opened();
    await expect(traces.appendDecision("acme", decision("bad", { decisionId: "short" }))).rejects.toMatchObject({
      code: "IntegrityViolation",
    });
    await expect(traces.appendOutcome("acme", outcome("bad", { latencyUs: Number.NaN }))).rejects.toMatchObject({
      code: "NotCanonical",
    });
    expect(traces.head.size).toBe(0);
    await traces.appendDecision("acme", decision("good"));
    expect(await traces.verify()).toEqual({ holds: true });
  });
});

describe("versions", () => {
  it("are logged once and name the version before them", async () => {
    const traces = await opened();
    const one = { version: 1, digest: some(1) };
    const three = { version: 3, digest: some(3) };
    const first = await traces.appendVersion("registry", "acme", one);
    await traces.appendVersion("registry", "acme", three);
    await traces.appendVersion("registry", "bolt", three);
    await traces.appendVersion("registry", "acme", { version: 2, digest: some(2) });
    expect(await traces.appendVersion("registry", "acme", one)).toEqual(first);
    const parents = await Promise.all([0, 1, 2, 3].map(async (index) => (await traces.entry(index))?.body));
    expect(parents).toMatchObject([{ parent: null }, { parent: some(1) }, { parent: null }, { parent: some(1) }]);
    expect(traces.head.size).toBe(4);
    expect(traces.findVersion("registry", "acme", three)?.logIndex).toBe(1);
    expect(traces.findVersion("history", null, three)).toBeUndefined();
  });

  it("of one number and two digests are refused, and the writer goes on", async () => {
    const traces = await opened();
    await traces.appendVersion("policy", null, { version: 1, digest: some(1) });
    await expect(traces.appendVersion("policy", null, { version: 1, digest: some(2) })).rejects.toMatchObject({
      code: "IntegrityViolation",
    });
    await traces.appendVersion("policy", null, { version: 2, digest: some(2) });
    expect(traces.head.size).toBe(2);
  });

  it("asked for by many at once are one entry", async () => {
    const traces = await opened();
    const version = { version: 1, digest: some(1) };
    const receipts = await Promise.all(Array.from({ length: 20 }, () => traces.appendVersion("history", null, version)));
    expect(new Set(receipts.map(({ logIndex }) => logIndex))).toEqual(new Set([0]));
    expect(traces.head.size).toBe(1);
  });
});

/** A store that takes its time, and can be told to fail. */
class SlowStore extends InMemoryTraceStore {
  readonly batches: number[] = [];
  failures = 0;

  override async append(start: number, entries: readonly StoredEntry[]): Promise<void> {
    await new Promise((done) => setImmediate(done));
    this.batches.push(entries.length);
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error("disk full");
    }
    await super.append(start, entries);
  }
}

describe("one writer", () => {
  it("puts concurrent appends in order, in few batches, and loses none", async () => {
    const store = new SlowStore();
    const traces = await opened(store);
    const names = Array.from({ length: 200 }, (_, index) => String(index));
    const receipts = await Promise.all(
      names.map((name, index) => traces.appendDecision(index % 3 === 0 ? "bolt" : "acme", decision(name))),
    );
    expect(receipts.map(({ logIndex }) => logIndex)).toEqual(names.map(Number));
    expect(verifyChain(await textsOf(store)).holds).toBe(true);
    expect(store.batches.length).toBeLessThan(5);
    expect(await traces.verify()).toEqual({ holds: true });
  });

  it("forgets a batch that could not be made durable", async () => {
    const store = new SlowStore();
    const traces = await opened(store);
    await traces.appendDecision("acme", decision("before"));
    store.failures = 1;
    const lost = await Promise.allSettled([
      traces.appendDecision("acme", decision("lost")),
      traces.appendVersion("policy", null, { version: 1, digest: some(1) }),
    ]);
    expect(lost[0].status).toBe("rejected");
    await traces.appendDecision("acme", decision("after"));
    await traces.appendVersion("policy", null, { version: 1, digest: some(1) });
    expect(await traces.trace(some("lost"))).toBeUndefined();
    expect(verifyChain(await textsOf(store)).holds).toBe(true);
    expect(await traces.verify()).toEqual({ holds: true });
  });

  it("makes a version and the decision that names it durable in one append, in this order", async () => {
    const store = new SlowStore();
    const traces = await opened(store);
    const version = traces.linkVersion("policy", null, { version: 1, digest: some(1) });
    const { logIndex } = await traces.appendDecision("acme", decision("one"));
    expect([version.logIndex, logIndex, store.batches]).toEqual([0, 1, [2]]);
    expect(traces.linkVersion("policy", null, { version: 1, digest: some(1) })).toEqual(version);
    expect(store.batches).toHaveLength(1);
  });

  it("loses with a batch everything that was linked after it, so that nothing stands on what is not there", async () => {
    const store = new SlowStore();
    const traces = await opened(store);
    await traces.appendDecision("acme", decision("before"));
    store.failures = 1;
    const lost = traces.appendDecision("acme", decision("lost"));
    traces.linkVersion("policy", null, { version: 1, digest: some(1) });
    await new Promise((next) => setImmediate(next));
    const later = traces.appendDecision("acme", decision("later"));
    const both = await Promise.allSettled([lost, later]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(traces.findVersion("policy", null, { version: 1, digest: some(1) })).toBeUndefined();
    expect(traces.linkVersion("policy", null, { version: 1, digest: some(2) }).logIndex).toBe(1);
    await traces.appendDecision("acme", decision("after"));
    expect(verifyChain(await textsOf(store)).holds).toBe(true);
    expect(await traces.verify()).toEqual({ holds: true });
  });

  it("refuses to write into a log that another writer has moved on, again and again", async () => {
    const store = new InMemoryTraceStore();
    const one = await opened(store);
    const two = await opened(store);
    await one.appendDecision("acme", decision("one"));
    for (const name of ["two", "three"]) await expect(two.appendDecision("acme", decision(name))).rejects.toMatchObject({ code: "IntegrityViolation" });
    await one.appendDecision("acme", decision("four"));
    expect([one.head.size, await one.verify()]).toEqual([2, { holds: true }]);
  });
});

/** A store that keeps some appends and says that they failed, and then may not answer for a while. */
class ForgetfulStore extends InMemoryTraceStore {
  silent = 0;
  sizes = 0;

  override async append(start: number, entries: readonly StoredEntry[]): Promise<void> {
    await super.append(start, entries);
    await new Promise((done) => setImmediate(done));
    if (this.silent > 0) throw new Error("no answer");
  }

  override async size(): Promise<number> {
    this.sizes += 1;
    if (this.silent > 1) {
      this.silent -= 1;
      throw new Error("no answer");
    }
    this.silent = 0;
    return await super.size();
  }
}

describe("an append that was kept but failed", () => {
  it.each([1, 2, 3])("is in the log, and the writer goes on after it, be the store silent %d times", async (silent) => {
    const store = new ForgetfulStore();
    const traces = await opened(store);
    await traces.appendDecision("acme", decision("before"));
    store.silent = silent;
    const version = { version: 1, digest: some(1) };
    const failed = [traces.appendVersion("policy", null, version), traces.appendDecision("acme", decision("kept")), traces.appendDecision("bolt", decision("kept, too"))];
    await new Promise((next) => setImmediate(next));
    const after = traces.appendDecision("acme", decision("linked while nobody knew"));
    for (const each of [...failed, after]) await expect(each).rejects.toThrow();
    // Once the store answers, whoever was linked after the wrong end is told so, and then all goes well again.
    const names = ["x", "y", "z"];
    const results: string[] = [];
    for (const name of names) results.push(await traces.appendDecision("acme", decision(name)).then(() => "kept", () => "failed"));
    expect(results.slice(silent === 1 ? 0 : -1)).toEqual(silent === 1 ? ["kept", "kept", "kept"] : ["kept"]);
    expect(traces.head.size).toBe(4 + results.filter((each) => each === "kept").length);
    expect((await traces.trace(some("kept")))?.logIndex).toBe(2);
    expect(await traces.trace(some("linked while nobody knew"))).toBeUndefined();
    expect(traces.findVersion("policy", null, version)?.logIndex).toBe(1);
    expect((await traces.appendVersion("policy", null, version)).logIndex).toBe(1);
    expect(await traces.verify()).toEqual({ holds: true });
    const again = await opened(store);
    expect(again.head).toEqual(traces.head);
    expect(verifyChain(await textsOf(store)).holds).toBe(true);
  });

  it("costs no question to the store while all goes well", async () => {
    const store = new ForgetfulStore();
    const traces = await opened(store);
    const { sizes } = store;
    for (const name of ["a", "b", "c"]) await traces.appendDecision("acme", decision(name));
    expect(store.sizes).toBe(sizes);
  });
});

describe("very many versions", () => {
  it("are remembered from some number on; an older one is refused, and logged no second time", async () => {
    const traces = await opened();
    const of = (version: number): { version: number; digest: string } => ({ version, digest: some(version) });
    for (let version = 1; version < 8192; version++) traces.linkVersion("history", null, of(version));
    expect(traces.findVersion("history", null, of(1))?.logIndex).toBe(0);
    await traces.appendVersion("history", null, of(8192));
    await traces.appendVersion("history", null, of(8193));
    expect(() => traces.linkVersion("history", null, of(1))).toThrow(/far behind/);
    expect(() => traces.findVersion("history", null, of(4096))).toThrow(/from 4097 on/);
    expect(traces.findVersion("history", null, of(4097))?.logIndex).toBe(4096);
    expect(traces.findVersion("policy", null, of(1))).toBeUndefined();
    expect(traces.head.size).toBe(8193);
  });
});

describe("the log", () => {
  it("proves what it holds, and that it only grew", async () => {
    const traces = await opened();
    const { logIndex, entryHash } = await traces.appendDecision("acme", decision("one"));
    const before = traces.head;
    for (const name of ["two", "three", "four"]) await traces.appendDecision("acme", decision(name));
    const { size, root } = traces.head;
    expect(verifyInclusionPath(fromHex(entryHash), logIndex, size, traces.inclusionProof(logIndex), root)).toBe(true);
    expect(verifyConsistencyPath(before.size, size, traces.consistencyProof(before.size), before.root, root)).toBe(true);
  });

  it("is the same after it was opened again, and goes on", async () => {
    const store = new InMemoryTraceStore();
    const one = await opened(store);
    await one.appendVersion("history", null, { version: 1, digest: some(1) });
    for (let index = 0; index < 5; index++) await one.appendDecision("acme", decision(String(index)));
    const two = await opened(store);
    expect(two.head).toEqual(one.head);
    expect(two.findVersion("history", null, { version: 1, digest: some(1) })?.logIndex).toBe(0);
    await two.appendDecision("acme", decision("more"));
    expect(verifyChain(await textsOf(store)).holds).toBe(true);
  });

  /** A store whose entries somebody edits. */
  class EditedStore extends InMemoryTraceStore {
    edit: (entries: readonly StoredEntry[]) => readonly StoredEntry[] = (entries) => entries;

    override async read(start: number, count: number): Promise<readonly StoredEntry[]> {
      return this.edit(await super.read(0, 10_000)).slice(start, start + count);
    }
  }

  it("notices any change of what it kept", async () => {
    const store = new EditedStore();
    const traces = await opened(store);
    for (let index = 0; index < 8; index++) await traces.appendDecision(index % 2 === 0 ? "acme" : "bolt", decision(String(index)));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 7 }), fc.constantFrom("change", "drop", "swap"), async (at, how) => {
        store.edit = (entries) => {
          const edited = [...entries];
          const here = edited[at];
          const next = edited[(at + 1) % edited.length];
          if (here === undefined || next === undefined) return edited;
          if (how === "drop") edited.splice(at, 1);
          else if (how === "swap") edited.splice(at, 1, next);
          else edited[at] = { ...here, text: here.text.replace("1764000000000", "1764000000001") };
          return edited;
        };
        expect((await traces.verify()).holds).toBe(false);
      }),
      { numRuns: 60 },
    );
    store.edit = (entries) => entries.map((entry, at) => (at === 0 ? { ...entry, text: "{}" } : entry));
    await expect(opened(store)).rejects.toMatchObject({ code: "IntegrityViolation", details: { log_index: 0 } });
  });
});

describe("createTrace and generateProof", () => {
  it("refuse what belongs elsewhere", async () => {
    const store = new InMemoryTraceStore();
    const traces = await opened(store);
    await traces.appendDecision("acme", decision("one"));
    await traces.appendOutcome("bolt", outcome("one"));
    const [one = "", foreign = ""] = await textsOf(store);
    expect(() => createTrace({ logIndex: 1, text: foreign })).toThrow(expect.objectContaining({ code: "IntegrityViolation" }));
    expect(() => createTrace({ logIndex: 0, text: one }, [{ logIndex: 1, text: foreign }])).toThrow(
      expect.objectContaining({ code: "IntegrityViolation" }),
    );
  });

  it("say statement and method in words, with the evidence asked for", () => {
    for (const property of proofProperties) {
      const proof = generateProof(property, "chosen");
      expect(proof.property).toBe(property);
      expect(proof.statement).toMatch(/\.$/);
      expect(generateProof(property, "refused", ["/verdicts/0"]).evidence).toEqual(["/verdicts/0"]);
    }
    expect(digest(generateProof("security", "chosen"))).not.toBe(digest(generateProof("security", "refused")));
  });
});

import { readFileSync } from "node:fs";

import {
  CheckpointSigner,
  generateSigningKey,
  InMemoryCheckpointStore,
  InMemoryDecisionKeyStore,
  KeyRing,
  MerkleLog,
  TraceabilitySystem,
  type CheckpointStore,
  type DecisionKeyStore,
  type DecisionOpening,
} from "@caio/traceability";
import { describe, expect, it } from "vitest";

import { openSqlStores } from "../src/index.ts";
import { both } from "./support/both.ts";
import { databaseKinds, newFile } from "./support/databases.ts";
import { decision, some, storedOutcome } from "./support/records.ts";

describe.each(both<DecisionKeyStore>(() => new InMemoryDecisionKeyStore(), (stores) => stores.decisionKeys))(
  "a store of decision keys in $where",
  ({ open }) => {
    it("keeps one key a decision, and none that was erased", async () => {
      const { port, reopen } = await open();
      await port.put(some("d"), some("key"));
      await port.put(some("d"), some("key"));
      await expect(port.put(some("d"), some("other"))).rejects.toMatchObject({ code: "IntegrityViolation" });
      const again = await reopen();
      expect(await again.get(some("d"))).toBe(some("key"));
      expect([await again.get(some("e")), await again.opening(some("d"))]).toEqual([undefined, undefined]);
      expect(await again.erase(some("d"))).toBe(true);
      expect(await again.erase(some("d"))).toBe(false);
      expect(await again.erase(some("e"))).toBe(false);
      const last = await reopen();
      expect(await last.get(some("d"))).toBeUndefined();
      await expect(last.put(some("d"), some("key"))).rejects.toThrow(/was erased/);
      await last.put(some("e"), some("key"));
    });
  },
);

describe.each(databaseKinds)("what opens a decision in $where", ({ make }) => {
  it("is kept in the step that logs it, and goes with the key", async () => {
    const database = await make();
    let stores = await database.open();
    const traces = await TraceabilitySystem.open(stores.traces);
    const opening = (name: string, at = 0): DecisionOpening => ({ decisionKey: some(["key", name]), disclosed: `{"at":${String(at)}}` });
    await Promise.all(["a", "b"].map((name) => traces.appendDecision("acme", decision(name), undefined, opening(name))));
    // A published key gives the same decision again, here twice in one step.
    await Promise.all([1, 2].map((at) => traces.appendDecision("acme", decision("a"), undefined, opening("a", at))));
    await traces.appendDecision("acme", decision("c"));
    await stores.close();
    stores = await database.open();
    const { decisionKeys } = stores;
    expect(await Promise.all(["a", "b", "c"].map((name) => decisionKeys.opening(some(name))))).toEqual([opening("a", 2), opening("b"), undefined]);
    await decisionKeys.put(some("c"), some("key"));
    expect(await decisionKeys.opening(some("c"))).toBeUndefined();
    expect(await decisionKeys.get(some("b"))).toBe(some(["key", "b"]));
    expect(await decisionKeys.erase(some("a"))).toBe(true);
    const again = await TraceabilitySystem.open(stores.traces);
    await again.appendDecision("acme", decision("a"), undefined, opening("a", 3));
    expect([await decisionKeys.opening(some("a")), await decisionKeys.get(some("a"))]).toEqual([undefined, undefined]);
    await stores.close();
  });

  it("is not there if the log refuses the decision", async () => {
    const stores = await (await make()).open();
    const [entry] = [{ ...storedOutcome("x"), opening: { decisionKey: some("key"), disclosed: "{}" } }];
    await expect(stores.traces.append(7, [entry])).rejects.toMatchObject({ code: "IntegrityViolation" });
    expect(await stores.decisionKeys.opening(some("x"))).toBeUndefined();
    await stores.close();
  });
});

describe("a key that was erased from a file", () => {
  it("is nowhere in the files, while the store is still open", async () => {
    const file = newFile();
    const stores = await openSqlStores({ file });
    for (let at = 0; at < 50; at++) await stores.decisionKeys.put(some(["d", at]), some(["key", at]));
    const found = (at: number): boolean => [file, `${file}-wal`].some((each) => readFileSync(each).includes(some(["key", at])));
    expect([found(7), found(8)]).toEqual([true, true]);
    await stores.decisionKeys.erase(some(["d", 7]));
    expect([found(7), found(8)]).toEqual([false, true]);
    await stores.close();
    expect(readFileSync(file).includes(some(["key", 7]))).toBe(false);
  });
});

describe.each(both<CheckpointStore>(() => new InMemoryCheckpointStore(), (stores) => stores.checkpoints))(
  "a checkpoint store in $where",
  ({ open }) => {
    it("keeps the newest, from which a signer goes on", async () => {
      const { port, reopen } = await open();
      expect(await port.load()).toBeNull();
      const log = new MerkleLog();
      const head = { headAt: (size?: number) => log.head(size) };
      const keys = KeyRing.of("caio.example/log", generateSigningKey());
      const signer = await CheckpointSigner.open({ log: head, keys, store: port, intervalMs: 0 });
      await signer.sign(1_764_000_000_000);
      await signer.sign(1_764_000_000_001);
      const latest = signer.latest;
      expect(await port.load()).toEqual(latest);
      const again = await reopen();
      expect(await again.load()).toEqual(latest);
      expect((await CheckpointSigner.open({ log: head, keys, store: again, intervalMs: 0 })).latest).toEqual(latest);
    });
  },
);

import type { History, HistoryLeaf } from "@caio/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { inSql } from "./support/both.ts";

const doubles = (count: number, first: number): number[] => Array.from({ length: count }, (_, at) => (at === 0 ? first : at / 3));

function leafOf(service: string, model: string | null, outcomes: number, rich: boolean): HistoryLeaf {
  const leaf: HistoryLeaf = { service, model, health: "healthy", promises: [], outcomes, violations: 0 };
  if (!rich) return leaf;
  const promises: HistoryLeaf["promises"] = [{ property: "latency", coveragePpm: 950_000, bound: { maxUs: 1_000_000 } }];
  const learned = { theta: doubles(16, -0), inverse: doubles(256, Number.MIN_VALUE) };
  return { ...leaf, health: "degraded", promises, learned, memory: doubles(128, -1e300) };
}

describe.each(inSql((stores) => stores.history))("versions of H in $where", (store) => {
  it("begin with nothing, and follow one another", async () => {
    const { port, reopen } = await store.open();
    expect(await port.latest()).toEqual({ version: 0, leaves: [] });
    expect(await port.load(0)).toEqual({ version: 0, leaves: [] });
    expect(await port.load(1)).toBeUndefined();
    const first: History = { version: 1, leaves: [leafOf("a", null, 1, true), leafOf("a", "m", 2, false)] };
    await port.append(first);
    for (const version of [1, 3]) {
      await expect(port.append({ ...first, version })).rejects.toMatchObject({ code: "InvalidHistory" });
    }
    const again = await reopen();
    expect(await again.latest()).toEqual(first);
    expect(await again.load(1)).toEqual(first);
    await again.append({ version: 2, leaves: first.leaves });
    expect(await again.load(2)).toEqual({ ...first, version: 2 });
  });

  it("say how much of the log they have learned, if anybody counted", async () => {
    const { port, reopen } = await store.open();
    await port.append({ version: 1, leaves: [] });
    await port.append({ version: 2, leaves: [], through: 0 });
    await port.append({ version: 3, leaves: [leafOf("a", null, 1, false)], through: 41 });
    const again = await reopen();
    expect((await again.latest()).through).toBe(41);
    expect([(await again.load(1))?.through, (await again.load(2))?.through]).toEqual([undefined, 0]);
  });

  it("keep every bit of a double, the sign of zero included", async () => {
    const { port, reopen } = await store.open();
    await port.append({ version: 1, leaves: [leafOf("a", null, 1, true)] });
    const [leaf] = (await (await reopen()).latest()).leaves;
    expect(leaf).toEqual(leafOf("a", null, 1, true));
    expect(Object.is(leaf?.learned?.theta[0], -0)).toBe(true);
  });

  it("are refused one by one when two are made of the same", async () => {
    const { port } = await store.open();
    const done = await Promise.allSettled([1, 2, 2, 3].map((version) => port.append({ version, leaves: [] })));
    expect(done.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect((await port.latest()).version).toBe(3);
  });

  it("all come back, whatever leaves come, change, stay and go", async () => {
    const leaf = fc.record({ service: fc.constantFrom("a", "a-b", "b"), model: fc.constantFrom(null, "m", "n"), outcomes: fc.nat(9), rich: fc.boolean() });
    const next = fc.record({ reopen: fc.boolean(), keep: fc.nat(100), leaves: fc.uniqueArray(leaf, { selector: (each) => `${each.service} ${each.model ?? ""}`, maxLength: 6 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(next, { minLength: 1, maxLength: 6 }), async (steps) => {
        const opened = await store.open();
        let { port } = opened;
        const made: History[] = [{ version: 0, leaves: [] }];
        for (const [at, { reopen, keep, leaves }] of steps.entries()) {
          const before = await port.latest();
          const fresh = leaves.map((each) => leafOf(each.service, each.model, each.outcomes, each.rich));
          const mixed = fresh.map((each) => before.leaves.find((old) => old.service === each.service && old.model === each.model && keep > 50) ?? each);
          const order = (a: HistoryLeaf, b: HistoryLeaf): number => (`${a.service} ${a.model ?? ""}` < `${b.service} ${b.model ?? ""}` ? -1 : 1);
          const history = { version: at + 1, leaves: mixed.toSorted(order) };
          await port.append(history);
          made.push(history);
          if (reopen) port = await opened.reopen();
        }
        port = await opened.reopen();
        for (const history of made) expect(await port.load(history.version)).toEqual(history);
      }),
      { numRuns: store.where === "postgres" ? 3 : 8 },
    );
  });
});

import type { History, HistoryLeaf } from "@caio/contracts";
import { isCaioError } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { SqlStores } from "../src/index.ts";
import { databaseKinds } from "./support/databases.ts";
import { checkedLog, logAll } from "./support/kept-log.ts";

/** The newest versions that are always kept. */
const NEWEST = 16;
const AT = 1_000_000;
const PAIRS = ["a", "b", "c"] as const;

const leafOf = (service: string, outcomes: number): HistoryLeaf => ({ service, model: null, health: "healthy", promises: [], outcomes, violations: 0 });

/** What one version changes: leaves that come or change, pairs that go, and whether decisions stand on it. */
interface Step {
  readonly changed: readonly string[];
  readonly gone: readonly string[];
  readonly decisions: number;
}

/** Writes versions of H, and decisions on them a second a version apart. */
async function written(stores: SqlStores, steps: readonly Step[]): Promise<readonly History[]> {
  const traces = await checkedLog(stores);
  const made: History[] = [];
  let leaves = new Map<string, HistoryLeaf>();
  for (const [at, { changed, gone, decisions }] of steps.entries()) {
    const version = at + 1;
    leaves = new Map([...leaves, ...changed.map((service) => [service, leafOf(service, version)] as const)]);
    for (const service of gone) leaves.delete(service);
    const history = { version, leaves: [...leaves.values()].toSorted((a, b) => (a.service < b.service ? -1 : 1)) };
    await stores.history.append(history);
    made.push(history);
    await logAll(stores, traces, Array.from({ length: decisions }, (_, each) => ({ kind: "decision", name: `${String(version)}-${String(each)}`, time: version * 1000, history: version })));
  }
  return made;
}

/** The leaves that versions need: of each version and pair the newest that is not newer, each once. */
function neededLeaves(kept: readonly number[], steps: readonly Step[]): number {
  const needed = new Set<string>();
  for (const version of kept) {
    for (const pair of PAIRS) {
      const from = steps.slice(0, version).findLastIndex(({ changed, gone }) => changed.includes(pair) || gone.includes(pair)) + 1;
      if (from > 0 && steps[from - 1]?.gone.includes(pair) !== true) needed.add(`${String(from)} ${pair}`);
    }
  }
  return needed.size;
}

describe.each(databaseKinds)("versions of H that no decision stands on any more, in $where", ({ make }) => {
  it("go, and every other version is what it was", async () => {
    const pairs = fc.subarray([...PAIRS]);
    const step = fc.record({ changed: pairs, gone: pairs, decisions: fc.nat(2) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), fc.array(fc.nat(45), { minLength: 1, maxLength: 3 }), async (steps, cuts) => {
        const database = await make();
        let stores = await database.open();
        try {
          const made = await written(stores, steps);
          for (const cut of cuts) {
            const announced = await stores.retention.retain({ versions: cut * 1000 }, { at: AT, dryRun: true });
            expect(await stores.retention.retain({ versions: cut * 1000 }, { at: AT })).toEqual(announced);
          }
          await stores.close();
          stores = await database.open();
          const last = Math.max(...cuts);
          const kept = made.filter(({ version }) => version > made.length - NEWEST || (version >= last && (steps[version - 1]?.decisions ?? 0) > 0));
          for (const history of made) {
            const found = await stores.history.load(history.version).catch((error: unknown) => isCaioError(error, "Expired"));
            expect(found, `version ${String(history.version)}`).toEqual(kept.includes(history) ? history : true);
          }
          expect(await stores.history.latest()).toEqual(made.at(-1));
          await stores.history.append({ version: made.length + 1, leaves: [leafOf("a", 99)] });
          await stores.close();
          const engine = await database.engine();
          const left = await engine.db.selectFrom("history_leaf").select("version").where("leaf", "is not", null).where("version", "<=", made.length).execute();
          await engine.close();
          expect(left.length).toBe(neededLeaves(kept.map(({ version }) => version), steps));
        } finally {
          await stores.close();
        }
      }),
      { numRuns: 6 },
    );
  });

  it("go with the certificates of the decisions that stand on them, unless another time is said", async () => {
    const stores = await (await make()).open();
    await written(stores, Array.from({ length: 40 }, () => ({ changed: ["a"], gone: [], decisions: 1 })));
    expect(await stores.retention.retain({ openings: 30_000 }, { at: AT })).toMatchObject({ openings: 29, versions: 0 });
    expect(await stores.retention.retain({ certificates: 10_000 }, { at: AT })).toMatchObject({ certificates: 9, versions: 9 });
    expect(await stores.retention.retain({ certificates: 10_000, versions: 20_000 }, { at: AT })).toMatchObject({ certificates: 0, versions: 10 });
    expect(await stores.retention.retain({ decisions: 99_000 }, { at: AT })).toMatchObject({ certificates: 31, entries: 40, versions: 5 });
    await expect(stores.history.load(24)).rejects.toMatchObject({ code: "Expired", details: { expired: "history", version: 24 } });
    expect((await stores.history.load(25))?.version).toBe(25);
    await stores.close();
  });
});

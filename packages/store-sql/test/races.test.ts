import { parsePolicySet } from "@caio/rules";
import { ServiceRegistry } from "@caio/registry";
import { issueApiKey } from "@caio/security";
import { describe, expect, it, onTestFinished } from "vitest";

import type { SqlStores } from "../src/index.ts";
import { hasPostgres, postgres } from "./support/databases.ts";
import { registrationOf } from "./support/records.ts";

const NOW = Date.UTC(2025, 10, 24, 12);

/** Instances that share a database, each with connections of its own, as in processes of their own. */
async function instances(count: number): Promise<readonly SqlStores[]> {
  const database = await postgres.make();
  // All at once: they bring the schema up to date together, too.
  const all = await Promise.all(Array.from({ length: count }, (_, at) => database.open(`i${String(at)}`)));
  onTestFinished(async () => { await Promise.all(all.map((each) => each.close())); });
  return all;
}

function each<T>(stores: readonly SqlStores[], count: number, action: (stores: SqlStores, at: number, who: number) => Promise<T>): Promise<T[]> {
  return Promise.all(stores.flatMap((mine, who) => Array.from({ length: count }, (_, at) => action(mine, at, who))));
}

describe.skipIf(!hasPostgres)("several instances at once", () => {
  it("never overspend a budget, and grant exactly what fits", async () => {
    const all = await instances(3);
    const [first] = all;
    const keys = ["k", "l", "m"];
    // In lanes, so that there is always one of each instance on its way.
    const lanes = await each(all, 12, async ({ budgets }, lane, who) => {
      const granted: string[] = [];
      for (let round = 0; round < 10; round++) {
        const keyId = keys[(lane + round) % 3] ?? "";
        const { reserved } = await budgets.reserve({ id: `${String(who)}-${String(lane)}-${String(round)}`, keyId, amountMicros: 7, limits: { dayMicros: 500 }, now: NOW });
        if (reserved) granted.push(keyId);
      }
      return granted;
    });
    const asked = lanes.flat();
    for (const keyId of keys) {
      expect(asked.filter((granted) => granted === keyId)).toHaveLength(71);
      expect(await first?.budgets.usage(keyId, "day", NOW)).toEqual({ spentMicros: 0, reservedMicros: 497 });
    }
    // Whoever made a reservation ends it, also when others ask for the same key.
    const held = await Promise.all(all.map(({ budgets }) => budgets.held()));
    expect(held.flat().map(({ id }) => id).every((id, _, ids) => ids.filter((other) => other === id).length === 1)).toBe(true);
    await Promise.all(all.map(({ budgets }, who) => Promise.all((held[who] ?? []).map(({ id }, at) => (at % 2 === 0 ? budgets.settle(id, 6) : budgets.release(id))))));
    const settled = held.flatMap((mine) => mine.filter((_, at) => at % 2 === 0)).filter(({ keyId }) => keyId === "k");
    expect(await first?.budgets.usage("k", "day", NOW)).toEqual({ spentMicros: 6 * settled.length, reservedMicros: 0 });
    for (const { budgets } of all) expect(await budgets.held()).toEqual([]);
  });

  it("change a version of a policy once, whoever is first", async () => {
    const all = await instances(3);
    const policy = (budget: number) => parsePolicySet(`caio_policy: 1\nid: house\nlimits: { budget: ${String(budget)} }\n`);
    let expected = await all[0]?.policies.put(policy(1));
    for (let round = 1; round <= 5; round++) {
      const version = expected === undefined ? [] : [expected];
      const ended = await Promise.allSettled(all.map(({ policies }, who) => (who === 2 && round % 2 === 0 ? policies.activate("house", 1, undefined, version) : policies.put(policy(10 * round + who), undefined, version))));
      const [made, ...more] = ended.filter((end) => end.status === "fulfilled");
      expect([more, ended.flatMap((end) => (end.status === "rejected" ? [(end.reason as { code?: unknown }).code] : []))]).toEqual([[], ["PreconditionFailed", "PreconditionFailed"]]);
      expected = made?.value;
      expect(await all[round % 3]?.policies.active("house")).toEqual(expected);
    }
    expect(await all[0]?.policies.audit("house")).toHaveLength(6);
  });

  it("end a reservation once, whoever is first", async () => {
    const all = await instances(2);
    const ids = Array.from({ length: 40 }, (_, at) => String(at));
    await each(all.slice(0, 1), ids.length, ({ budgets }, at) => budgets.reserve({ id: String(at), keyId: "k", amountMicros: 1, limits: {}, now: NOW }));
    const ends = await Promise.allSettled(all.flatMap(({ budgets }) => ids.map((id) => budgets.settle(id, 1))));
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(40);
    expect(await all[0]?.budgets.usage("k", "day", NOW)).toEqual({ spentMicros: 40, reservedMicros: 0 });
  });

  it("keep every registration, one epoch after another", async () => {
    const all = await instances(3);
    const registries = await Promise.all(all.map((stores) => ServiceRegistry.open(stores.registry)));
    await Promise.all(registries.flatMap((registry, who) => Array.from({ length: 4 }, (_, at) => registry.register(registrationOf(`s-${String(who)}-${String(at)}`)))));
    const roots = await Promise.all(registries.map(async (registry) => (await registry.refresh()).view("t").root));
    expect(new Set(roots).size).toBe(1);
    const batches = await all[0]?.registry.load(0);
    expect(batches?.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
    expect(registries[0]?.snapshot().size).toBe(12);
  });

  it("refuse an epoch that another was faster with", async () => {
    const all = await instances(2);
    for (let epoch = 1; epoch <= 8; epoch++) {
      const done = await Promise.allSettled(all.map(({ registry }, who) => registry.append({ epoch, edits: [{ kind: "register", ...registrationOf(`s-${String(who)}`, `1.0.${String(epoch)}`) }] })));
      expect(done.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      for (const each of done) if (each.status === "rejected") expect(each.reason).toMatchObject({ code: "IntegrityViolation", details: { found: epoch, expected: epoch + 1 } });
    }
  });

  it("number versions of policies without a gap, and tell of each change once", async () => {
    const all = await instances(3);
    await each(all, 6, ({ policies }, at, who) => policies.put(parsePolicySet(`caio_policy: 1\nid: p${String(at % 2)}\nlimits: { budget: ${String(1 + who * 10 + at)} }\n`)));
    const [stores] = all;
    for (const id of ["p0", "p1"]) {
      expect((await stores?.policies.versions(id))?.map(({ version }) => version)).toEqual(Array.from({ length: 9 }, (_, at) => at + 1));
      expect((await stores?.policies.active(id))?.version).toBe(9);
    }
    const audit = await stores?.policies.audit();
    expect(audit?.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 18 }, (_, at) => at + 1));
  });

  it("give a key id once, and revoke it once", async () => {
    const all = await instances(3);
    const grant = { subject: "ci", issuer: "house", tenant: "acme", permissions: [], trust: 5 };
    const { record } = issueApiKey(grant, { now: NOW, random: (size) => Buffer.alloc(size, 7) });
    const added = await Promise.allSettled(all.map(({ keys }) => keys.add(record)));
    expect(added.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    await Promise.all(all.map(({ keys }, who) => keys.revoke(record.keyId, NOW + 1 + who)));
    const times = await Promise.all(all.map(async ({ keys }) => (await keys.find(record.keyId))?.revokedAt));
    expect(new Set(times).size).toBe(1);
  });

  it("have logs and histories of their own", async () => {
    const [one, two] = await instances(2);
    const leaf = { service: "a", model: null, health: "healthy", promises: [], outcomes: 1, violations: 0 } as const;
    await one?.history.append({ version: 1, leaves: [leaf] });
    await one?.decisionKeys.put("d", "0".repeat(64));
    expect([await two?.history.latest(), await two?.decisionKeys.get("d"), await two?.traces.size()]).toEqual([{ version: 0, leaves: [] }, undefined, 0]);
  });
});

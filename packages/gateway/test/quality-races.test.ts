import { InMemoryPolicyStore, parsePolicySet, type ExpectedPolicy, type PolicyChange, type PolicySet, type StoredPolicy } from "@caio/rules";
import { describe, expect, it } from "vitest";

import { parseGatewayConfig } from "../src/index.ts";
import { PolicyBook } from "../src/wiring/policy-book.ts";
import { QualityKeeper } from "../src/wiring/quality/quality-keeper.ts";

const { quality } = parseGatewayConfig("caio_gateway: 1\nquality: [{ policy: good, reference: { service: large } }]\n");
const saved = (weight: number): PolicySet => parsePolicySet(`caio_policy: 1\nid: good\nweights: { cost: ${String(weight)} }\n`);

/** A store that an administrator saves to just before the keeper does, as long as there is anything to save. */
class BusyPolicyStore extends InMemoryPolicyStore {
  readonly theirs: PolicySet[] = [];

  override async put(policy: PolicySet, change?: PolicyChange, expected?: ExpectedPolicy): Promise<StoredPolicy> {
    const next = change?.actor === "quality-keeper" ? this.theirs.shift() : undefined;
    if (next !== undefined) await super.put(next, { actor: "admin", at: 0 });
    return await super.put(policy, change, expected);
  }
}

async function opened(): Promise<{ readonly store: BusyPolicyStore; readonly keeper: QualityKeeper }> {
  const store = new BusyPolicyStore();
  await store.put(parsePolicySet("caio_policy: 1\nid: house\n"));
  await store.put(saved(1));
  const keeper = await QualityKeeper.open(quality, { policies: await PolicyBook.open(store, "house"), now: () => 0, onChange: () => undefined });
  return { store, keeper };
}

describe("a policy that serves its reference alone, saved by somebody in the moment that this is enforced", () => {
  it("keeps what was saved, and gets its rule", async () => {
    const { store, keeper } = await opened();
    await store.put(saved(2), { actor: "admin", at: 0 });
    store.theirs.push(saved(3), saved(4));
    await keeper.enforce();
    const active = await store.active("good");
    expect([active?.policy.weights.cost, active?.policy.rules.length, keeper.standings()[0]?.version]).toEqual([saved(4).weights.cost, 1, active?.version]);
    expect((await store.audit("good")).slice(-3).map(({ actor }) => actor)).toEqual(["admin", "admin", "quality-keeper"]);
  });

  it("is said to be in the way where it never stands still, and is enforced the next time", async () => {
    const { store, keeper } = await opened();
    await store.put(saved(2), { actor: "admin", at: 0 });
    store.theirs.push(...Array.from({ length: 50 }, (_, at) => saved(5 + at)));
    await expect(keeper.enforce()).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "conflict" } });
    expect([store.theirs.length, (await store.active("good"))?.policy.rules]).toEqual([30, []]);
    store.theirs.length = 0;
    await keeper.enforce();
    expect((await store.active("good"))?.policy.rules).toHaveLength(1);
  });
});

import { InMemoryPolicyStore, parsePolicySet, type PolicySet, type StoredPolicy } from "@caio/rules";
import { describe, expect, it } from "vitest";

import { PolicyBook } from "../src/wiring/policy-book.ts";

const named = (id: string, weight: string): PolicySet => parsePolicySet(`caio_policy: 1\nid: ${id}\nweights: { cost: ${weight} }\n`);

/** A store that another instance writes to, too: whenever something active has been read, its next change is made. */
class SharedPolicyStore extends InMemoryPolicyStore {
  readonly theirs: PolicySet[] = [];

  override async active(id: string): Promise<StoredPolicy | undefined> {
    const active = await super.active(id);
    const next = this.theirs.shift();
    if (next !== undefined) await this.put(next);
    return active;
  }
}

async function opened(): Promise<{ readonly store: SharedPolicyStore; readonly book: PolicyBook }> {
  const store = new SharedPolicyStore();
  await store.put(named("house", "0.1"));
  await store.put(named("frugal", "0.1"));
  return { store, book: await PolicyBook.open(store, "house") };
}

describe("policies that another instance changes while they are read", () => {
  it("are those of the version that they are named by", async () => {
    const { store, book } = await opened();
    store.theirs.push(named("house", "0.2"), named("frugal", "0.3"));
    await book.refresh();
    expect([book.snapshot.version, book.snapshot.base, book.snapshot.named]).toEqual([4, named("house", "0.2"), { frugal: named("frugal", "0.3") }]);
  });

  it("are those of their version after a change of one's own, too", async () => {
    const { store, book } = await opened();
    const used: number[] = [];
    book.onChange(({ version }) => { used.push(version); });
    // The first look is at the currency of the base policy.
    store.theirs.push(named("frugal", "0.3"), named("house", "0.4"), named("frugal", "0.5"));
    await book.put(named("house", "0.2"), { actor: "test", at: 0 });
    const { version, base, named: others } = book.snapshot;
    expect([version, base, others]).toEqual([6, (await store.active("house"))?.policy, { frugal: named("frugal", "0.5") }]);
    expect(used).toEqual([version]);
  });

  it("are refused where they never stand still, and read again", async () => {
    const { store, book } = await opened();
    store.theirs.push(...Array.from({ length: 50 }, (_, at) => named("frugal", `0.${String(at + 10)}`)));
    await expect(book.refresh()).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "conflict" } });
    expect(book.snapshot.version).toBe(2);
    await book.refresh();
    expect(book.snapshot.named).toEqual({ frugal: named("frugal", "0.59") });
  });
});

import { InMemoryPolicyStore, parsePolicySet, policyDigest, type PolicyStore } from "@caio/rules";
import { describe, expect, it } from "vitest";

import { both } from "./support/both.ts";

const policyOf = (id: string, more = "") => parsePolicySet(`caio_policy: 1\nid: ${id}\n${more}`);
const rich = `rules:
  - id: eu-personal
    priority: 100
    when: '"personal" in request.labels'
    require: 'size(service.privacy.regions) > 0'
    reason: Personal data stays in the EU.
privacy: { mode: strict, sensitive: [personal], allowed_labels: { mail-eu: [personal] } }
`;

describe.each(both<PolicyStore>(() => new InMemoryPolicyStore(), (stores) => stores.policies))("a policy store in $where", ({ open }) => {
  it("keeps versions by number and digest", async () => {
    const { port, reopen } = await open();
    const [first, second] = [policyOf("b", rich), policyOf("b", "limits: { budget: 1 }\n")];
    expect(await port.get("b")).toBeUndefined();
    expect(await port.put(first)).toEqual({ policy: first, version: 1, digest: policyDigest(first) });
    expect(await port.put(first)).toMatchObject({ version: 1 });
    expect(await port.put(second)).toMatchObject({ version: 2 });
    expect(await port.put(first)).toMatchObject({ version: 3 });
    await port.put(policyOf("a"));
    const again = await reopen();
    expect(await again.get("b")).toEqual({ policy: first, version: 3, digest: policyDigest(first) });
    expect((await again.get("b", 2))?.policy).toEqual(second);
    for (const version of [4, 0, -1]) expect(await again.get("b", version)).toBeUndefined();
    expect((await again.findByDigest(policyDigest(first)))?.version).toBe(1);
    expect(await again.findByDigest("0".repeat(64))).toBeUndefined();
    expect((await again.list()).map(({ policy, version }) => [policy.id, version])).toEqual([["a", 1], ["b", 3]]);
    expect((await again.versions("b")).map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(await again.versions("c")).toEqual([]);
  });

  it("keeps several at once: all or none, also for who reads meanwhile", async () => {
    const { port } = await open();
    const several = Array.from({ length: 20 }, (_, at) => policyOf(`p-${String(at).padStart(2, "0")}`));
    const unwritable = { ...policyOf("z"), currency: "\ud800" };
    await expect(async () => await port.putAll([...several, unwritable])).rejects.toThrow();
    expect(await port.list()).toEqual([]);
    const writing = { ended: false };
    const stored = port.putAll(several, { actor: "key-1", at: 1 }).finally(() => { writing.ended = true; });
    const seen = new Set<number>();
    while (!writing.ended) {
      seen.add((await port.list()).length);
      await new Promise((turn) => setImmediate(turn));
    }
    expect((await stored).map(({ policy, version }) => [policy.id, version])).toEqual(several.map(({ id }) => [id, 1]));
    expect([...seen].filter((count) => count !== 0 && count !== 20)).toEqual([]);
    expect((await port.audit()).map(({ id, actor }) => [id, actor])).toEqual(several.map(({ id }) => [id, "key-1"]));
  });

  it("rolls back to a kept version, and says who did what", async () => {
    const { port, reopen } = await open();
    const [first, second] = [policyOf("b"), policyOf("b", "limits: { budget: 1 }\n")];
    expect(await port.active("b")).toBeUndefined();
    await port.put(first, { actor: "key-1", at: 10 });
    await port.put(second);
    await port.put(second);
    expect(await port.activate("b", 1, { actor: "key-2", at: 20, reason: "too strict" })).toMatchObject({ version: 1 });
    const again = await reopen();
    expect((await again.active("b"))?.version).toBe(1);
    expect((await again.get("b"))?.version).toBe(2);
    await again.activate("b", 1);
    await again.put(second);
    expect((await again.active("b"))?.version).toBe(2);
    await expect(again.activate("b", 3)).rejects.toMatchObject({ code: "UnknownPolicy" });
    await expect(again.activate("c", 1)).rejects.toMatchObject({ code: "UnknownPolicy" });
    await again.put(policyOf("a"));
    const [one, two] = [policyDigest(first), policyDigest(second)];
    const event = (sequence: number, kind: string, version: number, digest: string, said = {}) => {
      return { sequence, kind, id: "b", version, digest, actor: null, at: null, reason: null, ...said };
    };
    expect(await again.audit("b")).toEqual([
      event(1, "put", 1, one, { actor: "key-1", at: 10 }),
      event(2, "put", 2, two),
      event(3, "activate", 1, one, { actor: "key-2", at: 20, reason: "too strict" }),
      event(4, "put", 2, two),
    ]);
    expect((await again.audit()).map(({ id }) => id)).toEqual(["b", "b", "b", "b", "a"]);
  });

  it("changes nothing but the version that is expected: of several changes of one version one is made", async () => {
    const { port } = await open();
    const budget = (limit: number) => policyOf("b", `limits: { budget: ${String(limit)} }\n`);
    await expect(port.put(budget(1), undefined, "any")).rejects.toMatchObject({ code: "PreconditionFailed", details: { policy: "b", found: null, expected: "any" } });
    const first = await port.put(budget(1));
    const ended = await Promise.allSettled([2, 3, 4].map((limit) => port.put(budget(limit), { actor: `key-${String(limit)}`, at: limit }, [first])));
    expect(ended.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected", "rejected"]);
    const active = await port.active("b");
    expect([active?.version, await port.versions("b")]).toEqual([2, [first, active]]);
    const [, event] = await port.audit("b");
    const found = { version: 2, digest: active?.digest, kind: "put", actor: event?.actor, at: event?.at };
    for (const each of ended) if (each.status === "rejected") expect(each.reason).toMatchObject({ code: "PreconditionFailed", details: { found, expected: [{ version: 1, digest: first.digest }] } });
    // So of a rollback, and a number alone is no version.
    for (const expected of [[first], [], [{ version: 2, digest: first.digest }]]) await expect(port.activate("b", 1, undefined, expected)).rejects.toMatchObject({ code: "PreconditionFailed" });
    await expect(port.activate("b", 9, undefined, [first])).rejects.toMatchObject({ code: "UnknownPolicy" });
    expect(await port.audit("b")).toHaveLength(2);
    expect(await port.activate("b", 1, undefined, active === undefined ? [] : [first, active])).toEqual(first);
    // It is what it was once more: a change of it undoes nobody's.
    expect(await port.put(budget(5), undefined, [first])).toMatchObject({ version: 3 });
  });
});

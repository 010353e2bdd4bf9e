import { expect, test } from "vitest";

import { InMemoryPolicyStore, policyDigest } from "../src/index.ts";
import { policyOf } from "./support/samples.ts";

test("versions, digests and listing", async () => {
  const store = new InMemoryPolicyStore();
  const first = policyOf("b", []);
  const second = policyOf("b", [], "limits: { budget: 1 }\n");
  expect(await store.get("b")).toBeUndefined();
  expect(await store.put(first)).toEqual({ policy: first, version: 1, digest: policyDigest(first) });
  expect(await store.put(policyOf("b", []))).toMatchObject({ version: 1 });
  expect(await store.put(second)).toMatchObject({ version: 2 });
  expect(await store.put(first)).toMatchObject({ version: 3 });
  await store.put(policyOf("a", []));
  expect((await store.get("b"))?.version).toBe(3);
  expect((await store.get("b", 2))?.policy).toEqual(second);
  expect(await store.get("b", 4)).toBeUndefined();
  expect(await store.get("b", 0)).toBeUndefined();
  expect((await store.findByDigest(policyDigest(first)))?.version).toBe(1);
  expect(await store.findByDigest("0".repeat(64))).toBeUndefined();
  expect((await store.list()).map(({ policy, version }) => [policy.id, version])).toEqual([["a", 1], ["b", 3]]);
  expect((await store.versions("b")).map(({ version }) => version)).toEqual([1, 2, 3]);
  expect(await store.versions("c")).toEqual([]);
});

test("a rollback makes a kept version active again, and the audit says who did it", async () => {
  const store = new InMemoryPolicyStore();
  const [first, second] = [policyOf("b", []), policyOf("b", [], "limits: { budget: 1 }\n")];
  expect(await store.active("b")).toBeUndefined();
  await store.put(first, { actor: "key-1", at: 10 });
  await store.put(second);
  await store.put(second);
  expect(await store.activate("b", 1, { actor: "key-2", at: 20, reason: "too strict" })).toMatchObject({ version: 1 });
  expect((await store.active("b"))?.version).toBe(1);
  expect((await store.get("b"))?.version).toBe(2);
  await store.activate("b", 1);
  await store.put(second);
  expect((await store.active("b"))?.version).toBe(2);
  await expect(store.activate("b", 3)).rejects.toMatchObject({ code: "UnknownPolicy" });
  await expect(store.activate("c", 1)).rejects.toMatchObject({ code: "UnknownPolicy" });
  await store.put(policyOf("a", []));
  const events = (await store.audit("b")).map(({ sequence, kind, version, actor, reason }) => [sequence, kind, version, actor, reason]);
  expect(events).toEqual([
    [1, "put", 1, "key-1", null],
    [2, "put", 2, null, null],
    [3, "activate", 1, "key-2", "too strict"],
    [4, "put", 2, null, null],
  ]);
  expect((await store.audit()).map(({ id }) => id)).toEqual(["b", "b", "b", "b", "a"]);
});

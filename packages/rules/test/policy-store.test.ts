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

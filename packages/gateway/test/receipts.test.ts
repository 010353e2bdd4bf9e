import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openSqlStores } from "@caio/store-sql";
import { generateSigningKey } from "@caio/traceability";
import { verifyBundle } from "@caio/verifier";
import { afterEach, describe, expect, it } from "vitest";

import type { GatewayStores } from "../src/index.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const contract = (id: string, version = "1.0.0"): string => `
service_id: ${id}
version: ${version}
capabilities: [inference.chat]
guarantees: { latency_ms: 500 }
cost: { model: free }
privacy: { data_locality: local }
access: { public: true }
api: { protocol: inprocess }
`;
const SECRET = "what-nobody-may-read";
const document = { caio_request: 1, intent: { text: SECRET }, requirements: { capabilities: [{ type: "inference.chat" }] }, policies: ["eu"], data: { payload: { text: SECRET } } };

const signingKey = generateSigningKey();
const targets = Object.fromEntries(["echo", "other"].map((id) => [id, { execute: () => Promise.resolve({ output: id }), health: () => Promise.resolve({ healthy: true }) }]));

/** A gateway over what the file holds, as it is after every start. */
async function started(file: string): Promise<{ readonly gateway: TestGateway; readonly stores: GatewayStores }> {
  const stores = await openSqlStores({ file });
  const gateway = await testGateway({ targets, ports: { stores, signingKey } });
  return { gateway, stores };
}

async function ask({ app, caller }: TestGateway): Promise<string> {
  const response = await app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${caller}` }, payload: document });
  expect(response.statusCode).toBe(200);
  return String(response.headers["caio-decision-id"]);
}

async function policy({ app, admin }: TestGateway, payload: string): Promise<void> {
  const { statusCode, body } = await app.inject({ method: "POST", url: "/api/v1/policies", headers: { authorization: `Bearer ${admin}`, "content-type": "application/yaml" }, payload });
  expect([statusCode, body]).toEqual([201, expect.anything()]);
}

async function bundle({ app, caller }: TestGateway, id: string): Promise<{ readonly text: string; readonly valid: boolean; readonly withheld: number; readonly failed: readonly unknown[] }> {
  const { statusCode, body: text } = await app.inject({ url: `/api/v1/traces/${id}/bundle`, headers: { authorization: `Bearer ${caller}` } });
  expect(statusCode).toBe(200);
  const { valid, checks } = await verifyBundle(text, { publicKey: signingKey.publicKey.bytes });
  return { text, valid, withheld: checks.filter(({ standing }) => standing === "withheld").length, failed: checks.filter(({ verdict }) => verdict === "fail") };
}

describe("a receipt", () => {
  it("can be made of every decision after a restart, whatever was changed since; and of one that was erased, without what it disclosed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "caio-receipts-"));
    closing.push(() => rm(folder, { recursive: true }));
    const file = join(folder, "caio.db");
    const first = await started(file);
    await policy(first.gateway, "caio_policy: 1\nid: eu\nlimits: { deadline_ms: 5000 }\n");
    await register(first.gateway, contract("echo"));
    const ids = [await ask(first.gateway)];
    await register(first.gateway, contract("other"));
    await policy(first.gateway, "caio_policy: 1\nid: eu\nlimits: { deadline_ms: 4000 }\n");
    ids.push(await ask(first.gateway), await ask(first.gateway));
    const before = await Promise.all(ids.map((id) => bundle(first.gateway, id)));
    expect(before.map(({ valid, failed }) => [valid, failed])).toEqual(ids.map(() => [true, []]));
    await first.gateway.close();

    const second = await started(file);
    closing.push(() => second.gateway.close());
    const swap = await second.gateway.app.inject({ method: "PUT", url: "/api/v1/services/echo", headers: { authorization: `Bearer ${second.gateway.admin}`, "content-type": "application/yaml" }, payload: contract("echo", "2.0.0") });
    expect(swap.statusCode).toBe(200);
    await second.gateway.app.inject({ method: "DELETE", url: "/api/v1/services/other", headers: { authorization: `Bearer ${second.gateway.admin}` } });
    await policy(second.gateway, "caio_policy: 1\nid: eu\nlimits: { deadline_ms: 3000 }\n");
    ids.push(await ask(second.gateway));
    const after = await Promise.all(ids.map((id) => bundle(second.gateway, id)));
    expect(after.map(({ valid, failed }) => [valid, failed])).toEqual(ids.map(() => [true, []]));
    expect(after.slice(0, 3).map(({ withheld }) => withheld)).toEqual(before.map(({ withheld }) => withheld));
    for (const { text } of after) expect(Buffer.from((JSON.parse(text) as { payload: string }).payload, "base64").toString()).not.toContain(SECRET);

    expect(await second.stores.decisionKeys.erase(ids[1] ?? "")).toBe(true);
    const erased = await bundle(second.gateway, ids[1] ?? "");
    expect([erased.valid, erased.failed]).toEqual([true, []]);
    expect(erased.withheld).toBeGreaterThan(after[1]?.withheld ?? Infinity);
    expect((await bundle(second.gateway, ids[0] ?? "")).valid).toBe(true);
  });
});

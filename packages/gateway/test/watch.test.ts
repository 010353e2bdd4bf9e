import type { InProcessTarget } from "@caio/adapters";
import { CaioError } from "@caio/core";
import { verifyBundle } from "@caio/verifier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const contract = (id: string, version = "1.0.0"): string => `
service_id: ${id}
version: ${version}
capabilities: [inference.chat]
guarantees: { availability: 0.99 }
cost: { model: free }
access: { public: true }
api: { protocol: inprocess }
`;

let broken = true;
let gateway: TestGateway;
beforeAll(async () => {
  const shaky: InProcessTarget = {
    execute: () => (broken ? Promise.reject(new CaioError("ExecutionFailed", "no")) : Promise.resolve({ output: { by: "shaky" } })),
    health: () => Promise.resolve({ healthy: true }),
  };
  // One failure in three opens no circuit, and breaks a promise of 0.99.
  let calls = 0;
  const third: InProcessTarget = { ...shaky, execute: (call, signal) => (++calls % 3 === 0 ? shaky.execute(call, signal) : Promise.resolve({ output: { by: "shaky" } })) };
  gateway = await testGateway({ targets: { shaky: third }, policy: "caio_policy: 1\nid: house\nmonitor: { alpha: 0.05, drift_run_length: 10000 }\n" });
  await register(gateway, contract("shaky"));
});
afterAll(() => gateway.close());

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly json: Record<string, unknown>;
}

async function call(method: "GET" | "POST" | "PUT", url: string, payload?: string | object): Promise<Reply> {
  const type = typeof payload === "string" ? "application/yaml" : "application/json";
  const response = await gateway.app.inject({ method, url, headers: { authorization: `Bearer ${method === "PUT" ? gateway.admin : gateway.caller}`, ...(payload === undefined ? {} : { "content-type": type }) }, ...(payload === undefined ? {} : { payload }) });
  return { status: response.statusCode, body: response.body, json: JSON.parse(response.body) as Record<string, unknown> };
}

const wants = (availability?: number): object => ({
  caio_request: 1,
  intent: { text: "hello" },
  requirements: { capabilities: [{ type: "inference.chat" }], ...(availability === undefined ? {} : { guarantees: { availability } }) },
});

async function healthInHistory(): Promise<string | undefined> {
  return (await gateway.core.ports.stores.history.latest()).leaves.find(({ service }) => service === "shaky")?.health;
}

describe("a promise that calls contradict", () => {
  it("is found out, counts no more in decisions, and the receipts of those still verify", async () => {
    let asked = 0;
    for (; asked < 400 && (await call("POST", "/api/v1/route", wants(0.99))).status === 200; asked++) {
      const { json } = await call("POST", "/api/v1/route", wants(0.99));
      if (json["outcome"] === "refused") break;
      await call("POST", "/api/v1/orchestrate", wants(0.99));
    }
    expect(asked).toBeLessThan(400);
    expect(await healthInHistory()).toBe("degraded");
    const { json } = await call("POST", "/api/v1/route", wants(0.99));
    expect(json).toMatchObject({ outcome: "refused", code: "NoMatchingService" });
    const key = (await gateway.app.inject({ method: "GET", url: "/api/v1/log/key" })).body.trim();
    const bundle = await call("GET", `/api/v1/traces/${String(json["decision_id"])}/bundle`);
    const report = await verifyBundle(bundle.body, { publicKey: key });
    expect(report.checks.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    expect(report.valid).toBe(true);
    const promises = await call("GET", "/api/v1/services/shaky/promises");
    expect(promises.json).toMatchObject({ pairs: [{ health: "degraded", standings: [{ property: "availability", verdict: "contradicted" }] }] });
    // Who asks for less is still served.
    expect((await call("POST", "/api/v1/route", wants())).json["outcome"]).toBe("chosen");
  });

  it("stays so under another policy, whose terms hold for all others at once", async () => {
    await register(gateway, contract("sound"));
    const headers = { authorization: `Bearer ${gateway.admin}`, "content-type": "application/yaml" };
    const changed = await gateway.app.inject({ method: "POST", url: "/api/v1/policies", headers, payload: "caio_policy: 1\nid: house\nmonitor: { alpha: 0.001, drift_run_length: 200 }\n" });
    expect(changed.statusCode).toBe(201);
    const { watch } = gateway.core;
    const termsOf = (service: string): unknown => watch.snapshot().pairs.find((pair) => pair.service === service)?.terms;
    await expect.poll(() => termsOf("sound")).toEqual({ alphaMicros: 1000, driftRunLength: 200 });
    expect(termsOf("shaky")).toEqual({ alphaMicros: 50_000, driftRunLength: 10_000 });
    expect((await call("POST", "/api/v1/route", { ...wants(0.99), requirements: { capabilities: [{ type: "inference.chat" }], guarantees: { availability: 0.99 }, constraints: { services: ["shaky"] } } })).json).toMatchObject({ outcome: "refused" });
  });

  it("starts anew with another version of the contract", async () => {
    broken = false;
    await call("PUT", "/api/v1/services/shaky", contract("shaky", "1.1.0"));
    await expect.poll(async () => (await call("POST", "/api/v1/route", wants(0.99))).json["outcome"], { timeout: 20_000 }).toBe("chosen");
    expect(await healthInHistory()).toBe("healthy");
  });
});

import { verifyBundle } from "@caio/verifier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { METRICS } from "../src/index.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const contract = (version: string): string => `
service_id: echo
version: ${version}
capabilities: [inference.chat]
guarantees: { latency_ms: 500 }
cost: { model: free }
privacy: { data_locality: local, encryption: true, encryption_type: end_to_end, regions: [eu] }
access: { public: true }
api: { protocol: inprocess }
`;
const document = { caio_request: 1, intent: { text: "say hello" }, requirements: { capabilities: [{ type: "inference.chat" }] }, data: { payload: { text: "hello" } } };

let gateway: TestGateway;
beforeAll(async () => {
  const echo = { execute: (call: { payload: unknown }) => Promise.resolve({ output: { said: "hello", got: call.payload !== null } }), health: () => Promise.resolve({ healthy: true }) };
  gateway = await testGateway({ targets: { echo } });
});
afterAll(() => gateway.close());

async function call(method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: unknown, key = gateway.admin): Promise<{ status: number; json: Record<string, unknown>; text: string; headers: Record<string, unknown> }> {
  const yaml = typeof body === "string";
  const response = await gateway.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": yaml ? "application/yaml" : "application/json" }) },
    ...(body === undefined ? {} : { payload: yaml ? body : JSON.stringify(body) }),
  });
  const json = response.headers["content-type"]?.toString().includes("json") === true ? (JSON.parse(response.body) as Record<string, unknown>) : {};
  return { status: response.statusCode, json, text: response.body, headers: response.headers };
}

describe("the native API", () => {
  it("registers, decides, executes, and gives a receipt that verifies", async () => {
    expect((await call("POST", "/api/v1/services", contract("1.0.0"))).status).toBe(201);
    const routed = await call("POST", "/api/v1/route", document);
    expect(routed.json).toMatchObject({ outcome: "chosen", selected: { service: "echo" } });
    const done = await call("POST", "/api/v1/orchestrate", document, gateway.caller);
    expect(done.status).toBe(200);
    expect(done.json).toMatchObject({ output: { said: "hello", got: true } });
    const bundle = await call("GET", String(done.headers["caio-receipt"]), undefined, gateway.caller);
    const key = await call("GET", "/api/v1/log/key");
    const report = await verifyBundle(bundle.text, { publicKey: key.text.trim() });
    expect(report.checks.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    expect(report.valid).toBe(true);
  });

  it("swaps a service while it is known, and refuses a contract with its problems", async () => {
    expect((await call("PUT", "/api/v1/services/echo", contract("1.1.0"))).json).toMatchObject({ version: "1.1.0" });
    const refused = await call("POST", "/api/v1/services", "service_id: Echo\n");
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ error: { code: "InvalidContract" } });
  });

  it("answers nobody without a key, and lets only admins change services", async () => {
    expect((await call("GET", "/api/v1/services", undefined, "nothing")).status).toBe(401);
    const denied = await call("POST", "/api/v1/services", contract("1.0.0"), gateway.caller);
    expect([denied.status, denied.json["error"]]).toEqual([403, expect.objectContaining({ code: "PermissionDenied" })]);
  });

  it("says who is refused and why", async () => {
    const nobody = await call("POST", "/api/v1/orchestrate", { ...document, requirements: { capabilities: [{ type: "vision.ocr" }] } });
    expect([nobody.status, nobody.json["error"]]).toEqual([404, expect.objectContaining({ code: "NoMatchingService" })]);
  });

  it("counts what it did, for admins and who may read metrics", async () => {
    expect((await gateway.app.inject({ url: "/metrics" })).statusCode).toBe(401);
    expect((await call("GET", "/metrics", undefined, gateway.caller)).json).toMatchObject({ error: { code: "PermissionDenied", details: { required: "caio.admin or caio.metrics" } } });
    const made = await call("POST", "/api/v1/keys", { subject: "prometheus", tenant: "acme", permissions: [METRICS] });
    const { status, text } = await call("GET", "/metrics", undefined, String(made.json["key"]));
    expect([status, (await call("GET", "/metrics")).status]).toEqual([200, 200]);
    for (const line of ['caio_decisions_total{outcome="chosen"}', 'caio_decisions_total{outcome="NoMatchingService"} 1', 'caio_attempts_total{service="echo",status="success"} 1', "caio_registry_services 1", 'caio_contract_matching_latency_count', 'caio_http_requests_total{method="POST",route="/api/v1/orchestrate",status="200"} 1']) {
      expect(text).toContain(line);
    }
  });

  it("describes itself", async () => {
    const { json } = await call("GET", "/openapi.json");
    expect(json["openapi"]).toBe("3.1.0");
  });
});

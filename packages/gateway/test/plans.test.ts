import { verifyBundle } from "@caio/verifier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const contract = (id: string, capability: string, cost: string, latencyMs: number): string => `
service_id: ${id}
version: 1.0.0
capabilities: [${capability}]
guarantees: { p99_latency_ms: ${String(latencyMs)}, availability: 0.999 }
cost: { model: per_request, base_cost: "${cost}", currency: USD }
privacy: { data_locality: local, encryption: true, encryption_type: end_to_end, regions: [eu] }
access: { public: true }
api: { protocol: inprocess }
`;
const says = (output: unknown): { execute: () => Promise<{ output: never }>; health: () => Promise<{ healthy: boolean }> } => ({ execute: () => Promise.resolve({ output: output as never }), health: () => Promise.resolve({ healthy: true }) });
const targets = { "a-quick": says("a"), "a-cheap": says("a"), "b-quick": says("b"), "b-cheap": says("b") };
const plan = (limits: Record<string, unknown>): Record<string, unknown> => ({
  caio_plan: 1,
  plan: { seq: ["a", "b"] },
  limits,
  steps: { a: { requirements: ["work.a"], data: { payload: "go" } }, b: { requirements: ["work.b"], data: { payload: "go" } } },
});

let gateway: TestGateway;

interface Reply {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
}

async function call(method: "GET" | "POST", url: string, body?: unknown): Promise<Reply> {
  const { statusCode, body: text } = await gateway.app.inject({ method, url, headers: { authorization: `Bearer ${gateway.admin}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) });
  return { status: statusCode, text, json: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

async function logKey(): Promise<string> {
  return (await call("GET", "/api/v1/log/key")).text.trim();
}

beforeAll(async () => {
  gateway = await testGateway({ targets });
  await register(gateway, contract("a-quick", "work.a", "0.01", 100), contract("a-cheap", "work.a", "0.001", 900), contract("b-quick", "work.b", "0.01", 100), contract("b-cheap", "work.b", "0.001", 900));
});

afterAll(async () => {
  await gateway.close();
});

describe("plans by the API", () => {
  it("are chosen at once and executed, and their bundle verifies", async () => {
    const ended = await call("POST", "/api/v1/plans", plan({ budget: "0.012", currency: "USD", latency_ms: 1100, latency_coverage: "0.98" }));
    expect(ended.status).toBe(200);
    expect(ended.json).toMatchObject({ outcome: "success", steps: { a: { outcome: "success", output: "a" }, b: { output: "b" } }, promise: { cost_micros: 11_000 } });
    const [chosen] = ended.json["plans"] as { plan_id: string; links: { bundle: string; trace: string } }[];
    expect(chosen).toMatchObject({ outcome: "chosen", claim: "optimal", promise: { cost_micros: 11_000, latency_us: 1_000_000, coverage_ppm: 980_000 } });
    const bundle = await call("GET", chosen?.links.bundle ?? "");
    const report = await verifyBundle(bundle.text, { publicKey: await logKey() });
    expect(report.checks.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    expect(report).toMatchObject({ valid: true, decisionVersion: "caio-plan/1" });
    expect((await call("GET", chosen?.links.trace ?? "")).status).toBe(200);
  });

  it("are refused with what is possible, as a decision or an execution", async () => {
    const dear = plan({ budget: "0.0015", currency: "USD" });
    const decided = await call("POST", "/api/v1/plans/decide", dear);
    expect(decided).toMatchObject({ status: 200, json: { outcome: "refused", code: "BudgetExceeded", broken: [{ limit: "budget", allowed: 1500, best: 2000 }] } });
    const bundle = await call("GET", (decided.json["links"] as { bundle: string }).bundle);
    expect((await verifyBundle(bundle.text, { publicKey: await logKey() })).valid).toBe(true);
    const executed = await call("POST", "/api/v1/plans", dear);
    expect(executed.json).toMatchObject({ outcome: "refused", steps: { a: { outcome: "skipped" } } });
    expect(executed.status).toBeGreaterThanOrEqual(400);
  });

  it("are read strictly", async () => {
    expect(await call("POST", "/api/v1/plans", { ...plan({}), more: 1 })).toMatchObject({ status: 400, json: { error: { code: "InvalidPlan" } } });
  });
});

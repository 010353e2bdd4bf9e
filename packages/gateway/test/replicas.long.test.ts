import { describe, expect, it, vi } from "vitest";

import { verifyBundle } from "@caio/verifier";

import { Deployment, hasPostgres, keyIn, type ReplicaGateway } from "./support/replica-gateways.ts";

const contract = (id: string, { version = "1.0.0", cost = "{ model: free }" } = {}): string => `
service_id: ${id}
version: ${version}
capabilities: [inference.chat]
guarantees: { latency_ms: 20000 }
cost: ${cost}
privacy: { data_locality: local }
access: { public: true }
api: { protocol: inprocess }
`;
const document = JSON.stringify({ caio_request: 1, intent: { text: "hello" }, requirements: { capabilities: [{ type: "inference.chat" }] }, data: { payload: { text: "hello" } } });
const targets = Object.fromEntries(["echo", "other"].map((id) => [id, { execute: () => Promise.resolve({ output: id }), health: () => Promise.resolve({ healthy: true }) }]));
/** News comes by notification, and not because somebody asked for it in time. */
const SLOW = "replicas: { poll_ms: 60000, stale_after_ms: 3600000, witness_ms: 3600000 }\n";

type Body = Readonly<Record<string, unknown>> & { readonly error?: { readonly code: string; readonly message: string; readonly details: Record<string, unknown> } };

async function post(gateway: ReplicaGateway, path: string, body: string, key?: string): Promise<{ readonly status: number; readonly body: Body }> {
  const yaml = path.startsWith("/api/v1/services");
  const answer = await gateway.ask(path, { method: "POST", body, ...(key === undefined ? {} : { key }), ...(yaml ? { headers: { "content-type": "application/yaml" } } : {}) });
  return { status: answer.status, body: (await answer.json()) as Body };
}

const decide = async (gateway: ReplicaGateway, key?: string): Promise<{ readonly status: number; readonly body: Body }> => post(gateway, "/api/v1/orchestrate", document, key);

function decisionOf(body: Body): { readonly decision_id: string; readonly selected: { readonly service: string }; readonly stale?: object } {
  return body["decision"] as { readonly decision_id: string; readonly selected: { readonly service: string }; readonly stale?: object };
}

describe.skipIf(!hasPostgres)("several gateways over one database", { timeout: 60_000 }, () => {
  it("say of an edit what is wrong with it, whoever was faster", async () => {
    const deployment = await Deployment.make({ targets, config: SLOW });
    const [a, b] = [await deployment.start("a"), await deployment.start("b")];
    const both = await Promise.all([post(a, "/api/v1/services", contract("echo")), post(b, "/api/v1/services", contract("echo"))]);
    expect(both.map(({ status }) => status).sort(), JSON.stringify(both)).toEqual([201, 409]);
    expect(both.find(({ status }) => status === 409)?.body.error?.code).toBe("DuplicateService");
    const many = await Promise.all(Array.from({ length: 12 }, (_, at) => post(at % 2 === 0 ? a : b, "/api/v1/services", contract(`s-${String(at)}`))));
    expect(many.map(({ status }) => status)).toEqual(many.map(() => 201));
    const epochs = many.map(({ body }) => Number(body["epoch"]));
    expect(new Set(epochs).size).toBe(12);
  });


  it("witness each other's checkpoints, and receipts show it", async () => {
    const deployment = await Deployment.make({ targets, config: "replicas: { witness_ms: 100, poll_ms: 200 }\n" });
    const [a, b] = [await deployment.start("a"), await deployment.start("b")];
    await post(a, "/api/v1/services", contract("echo"));
    const { decision_id: id } = decisionOf((await decide(a)).body);
    const witnesses = (await (await a.ask("/api/v1/instances/witnesses")).text()).trim().split("\n").filter((key) => key.startsWith("caio.example/b+"));
    expect(witnesses).toHaveLength(1);
    await vi.waitFor(async () => {
      const note = await (await a.ask("/api/v1/log/checkpoint")).text();
      expect(note).toContain("— caio.example/b ");
    }, { timeout: 10_000 });
    const keys = (await (await b.ask("/api/v1/instances/keys")).text()).trim().split("\n");
    for (const gateway of [a, b]) {
      const bundle = await (await gateway.ask(`/api/v1/traces/${id}/bundle`)).text();
      const { valid, checks } = await verifyBundle(bundle, { publicKey: keys, witnesses });
      expect([valid, checks.find(({ name }) => name === "log.witness.caio.example/b")?.standing]).toEqual([true, "proved"]);
    }
    expect(await (await b.ask("/health/ready")).json()).toMatchObject({ status: "ok", instance: "b" });
  });


  it("count requests of a key together, and spend its budget together, exactly", async () => {
    const deployment = await Deployment.make({ targets, config: SLOW });
    const gateways = [await deployment.start("a"), await deployment.start("b"), await deployment.start("c")];
    const [a] = gateways;
    if (a === undefined) throw new Error("There are three.");
    await post(a, "/api/v1/services", contract("echo", { cost: '{ model: per_request, base_cost: "0.0001", currency: USD }' }));
    const rated = await keyIn(a.stores, { subject: "rated" }, { requestsPerMinute: 20 });
    const answers = await Promise.all(Array.from({ length: 60 }, async (_, at) => await gateways[at % 3]?.ask("/api/v1/services", { key: rated })));
    const statuses = answers.map((answer) => answer?.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(40);
    expect(Number(answers.find((answer) => answer?.status === 429)?.headers.get("retry-after"))).toBeGreaterThan(0);

    const poor = await keyIn(a.stores, { subject: "poor" }, { budget: { dayMicros: 1000 } });
    await Promise.all(gateways.map((gateway) => vi.waitFor(async () => { expect((await (await gateway.ask("/api/v1/services")).json() as { services: unknown[] }).services).toHaveLength(1); })));
    const calls = await Promise.all(Array.from({ length: 60 }, (_, at) => decide(gateways[at % 3] ?? a, poor)));
    const made = calls.filter(({ status }) => status === 200).length;
    expect([made, calls.filter(({ status }) => status === 402).length]).toEqual([10, 50]);
    const keyId = poor.split("_")[1] ?? "";
    await vi.waitFor(async () => { expect(await a.stores.budgets.usage(keyId, "day", Date.now())).toEqual({ spentMicros: 1000, reservedMicros: 0 }); });
  });


  it("end what a silent one holds at its worst, and it does not spend that again when it comes back", async () => {
    const deployment = await Deployment.make({ targets, config: "replicas: { lease_ms: 1000, poll_ms: 60000, stale_after_ms: 3600000, witness_ms: 3600000 }\n" });
    const [a, b] = [await deployment.start("a"), await deployment.start("b")];
    const reserved = { id: "r", keyId: "k", amountMicros: 70, limits: { dayMicros: 100 }, now: Date.now() };
    await a.stores.budgets.reserve(reserved);
    await a.close();
    await vi.waitFor(async () => { expect(await b.stores.budgets.usage("k", "day", Date.now())).toEqual({ spentMicros: 70, reservedMicros: 0 }); }, { timeout: 15_000 });
    const again = await deployment.start("a");
    expect(await again.stores.budgets.held()).toEqual([]);
    expect(await b.stores.budgets.usage("k", "day", Date.now())).toEqual({ spentMicros: 70, reservedMicros: 0 });
    const metrics = await (await b.ask("/metrics")).text();
    expect(metrics).toContain("caio_settled_for_others_total 1");
  });
});

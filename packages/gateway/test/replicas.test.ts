import { verifyBundle } from "@caio/verifier";
import { describe, expect, it, vi } from "vitest";

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
  it("hear at once of services, policies and keys that one of them changes, and answers say who gave them", async () => {
    const deployment = await Deployment.make({ targets, config: SLOW });
    const [a, b] = [await deployment.start("a"), await deployment.start("b")];
    expect((await post(a, "/api/v1/services", contract("echo"))).status).toBe(201);
    await vi.waitFor(async () => { expect((await decide(b)).status).toBe(200); }, { timeout: 20_000 });
    const put = await b.ask("/api/v1/services/echo", { method: "PUT", headers: { "content-type": "application/yaml" }, body: contract("echo", { version: "2.0.0" }) });
    expect([put.status, put.headers.get("caio-instance")]).toEqual([200, "b"]);
    await vi.waitFor(async () => { expect(await (await a.ask("/api/v1/services/echo")).json()).toMatchObject({ version: "2.0.0" }); }, { timeout: 20_000 });

    const key = await keyIn(b.stores, { subject: "caller" });
    expect((await decide(a, key)).status).toBe(200);
    expect((await b.ask(`/api/v1/keys/${key.split("_")[1] ?? ""}`, { method: "DELETE" })).status).toBe(200);
    await vi.waitFor(async () => { expect((await decide(a, key)).status).toBe(401); }, { timeout: 20_000 });

    const policy = await a.ask("/api/v1/policies", { method: "POST", headers: { "content-type": "application/yaml" }, body: "caio_policy: 1\nid: house\nrules: [{ id: none, deny: 'true', reason: Closed. }]\n" });
    expect(policy.status).toBeLessThan(300);
    await vi.waitFor(async () => { expect((await decide(b)).body.error?.code).toBe("RuleViolation"); }, { timeout: 20_000 });
    expect([...a.faults, ...b.faults]).toEqual([]);
  });


  it("give the receipt of a decision that another one has made, proved in that one's log", async () => {
    const deployment = await Deployment.make({ targets, config: SLOW });
    const [a, b] = [await deployment.start("a"), await deployment.start("b")];
    await post(a, "/api/v1/services", contract("echo"));
    const { decision_id: id } = decisionOf((await decide(a)).body);
    await vi.waitFor(async () => { expect((await b.ask(`/api/v1/traces/${id}/bundle`)).status).toBe(200); }, { timeout: 20_000 });
    const bundle = await (await b.ask(`/api/v1/traces/${id}/bundle`)).text();
    const keys = (await (await b.ask("/api/v1/instances/keys")).text()).trim().split("\n");
    expect(keys).toHaveLength(2);
    expect((await verifyBundle(bundle, { publicKey: keys })).valid).toBe(true);
    const trace = (await (await b.ask(`/api/v1/traces/${id}`)).json()) as object;
    expect(trace).toEqual(await (await a.ask(`/api/v1/traces/${id}`)).json());
    expect((await b.ask(`/api/v1/traces/${"ab".repeat(32)}`)).status).toBe(404);
    // A caller of another tenant sees it nowhere.
    const stranger = await keyIn(a.stores, { tenant: "umbra" });
    expect((await b.ask(`/api/v1/traces/${id}`, { key: stranger })).status).toBe(404);

    const list = (await (await b.ask("/api/v1/instances")).json()) as { readonly instances: readonly { readonly name: string; readonly origin: string; readonly alive: boolean }[] };
    expect(list.instances.map(({ name, origin, alive }) => [name, origin, alive])).toEqual([["a", "caio.example/a", true], ["b", "caio.example/b", true]]);
    const [own, other] = [await (await a.ask("/api/v1/log/checkpoint")).text(), await (await b.ask("/api/v1/instances/a/log/checkpoint")).text()];
    expect(other.split("\n").slice(0, 3)).toEqual(own.split("\n").slice(0, 3));
    expect((await b.ask("/api/v1/instances/a/log/tile/0/000.p/1")).status).toBe(200);
    expect((await b.ask("/api/v1/instances/c/log/checkpoint")).status).toBe(404);
  });
});

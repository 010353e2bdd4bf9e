import { PostgresServer, sharedPostgres } from "@caio/fakes";
import { verifyBundle } from "@caio/verifier";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { Deployment, hasPostgres, keyIn, noonDoor, type ReplicaGateway } from "./support/replica-gateways.ts";

const contract = (id: string, { version = "1.0.0", cost = "{ model: free }" } = {}): string => `
service_id: ${id}
version: ${version}
capabilities: [inference.chat]
guarantees: { latency_ms: 60000 }
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

describe.skipIf(!hasPostgres)("several gateways over one database", { timeout: 300_000 }, () => {
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
    }, { timeout: 30_000 });
    const keys = (await (await b.ask("/api/v1/instances/keys")).text()).trim().split("\n");
    for (const gateway of [a, b]) {
      const bundle = await (await gateway.ask(`/api/v1/traces/${id}/bundle`)).text();
      const { valid, checks } = await verifyBundle(bundle, { publicKey: keys, witnesses });
      expect([valid, checks.find(({ name }) => name === "log.witness.caio.example/b")?.standing]).toEqual([true, "proved"]);
    }
    expect(await (await b.ask("/health/ready")).json()).toMatchObject({ status: "ok", instance: "b" });
  });


  it("count requests of a key together, and spend its budget together, exactly", async () => {
    // Time enough for all of them on a busy machine.
    const deployment = await Deployment.make({ targets, config: SLOW, policy: "caio_policy: 1\nid: house\nlimits: { deadline_ms: 120000 }\n" });
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

    const poor = await keyIn(a.stores, { subject: "poor" }, { budget: { dayMicros: 10_000 } });
    await Promise.all(gateways.map((gateway) => vi.waitFor(async () => { expect((await (await gateway.ask("/api/v1/services")).json() as { services: unknown[] }).services).toHaveLength(1); }, { timeout: 20_000 })));
    const calls = await Promise.all(Array.from({ length: 600 }, (_, at) => decide(gateways[at % 3] ?? a, poor)));
    const made = calls.filter(({ status }) => status === 200).length;
    expect([made, calls.filter(({ status }) => status === 402).length]).toEqual([100, 500]);
    const keyId = poor.split("_")[1] ?? "";
    await vi.waitFor(async () => { expect(await a.stores.budgets.usage(keyId, "day", noonDoor.now())).toEqual({ spentMicros: 10_000, reservedMicros: 0 }); }, { timeout: 20_000 });
  });


  it("end what a silent one holds at its worst, and it does not spend that again when it comes back", async () => {
    const deployment = await Deployment.make({ targets, config: "replicas: { lease_ms: 1000, poll_ms: 60000, stale_after_ms: 3600000, witness_ms: 3600000 }\n" });
    const [a, b] = [await deployment.start("a"), await deployment.start("b")];
    const reserved = { id: "r", keyId: "k", amountMicros: 70, limits: { dayMicros: 100 }, now: noonDoor.now() };
    await a.stores.budgets.reserve(reserved);
    await a.close();
    await vi.waitFor(async () => { expect(await b.stores.budgets.usage("k", "day", noonDoor.now())).toEqual({ spentMicros: 70, reservedMicros: 0 }); }, { timeout: 30_000 });
    const again = await deployment.start("a");
    expect(await again.stores.budgets.held()).toEqual([]);
    expect(await b.stores.budgets.usage("k", "day", noonDoor.now())).toEqual({ spentMicros: 70, reservedMicros: 0 });
    const metrics = await (await b.ask("/metrics")).text();
    expect(metrics).toContain("caio_settled_for_others_total 1");
  });

  it("find a log that was put back to an older copy, say so, and cosign it no more", async () => {
    const deployment = await Deployment.make({ targets, config: "replicas: { witness_ms: 100, poll_ms: 200 }\n" });
    const server = await sharedPostgres();
    const [a, b] = [await deployment.start("a"), await deployment.start("b")];
    await post(a, "/api/v1/services", contract("echo"));
    await decide(a);
    const log = `${deployment.schema}_log_a`;
    const tables = (await server.query(`select tablename from pg_tables where schemaname = '${log}' and tablename <> 'kysely_migration'`)).split("\n");
    await server.query(`create schema ${log}_copy; ${tables.map((table) => `create table ${log}_copy.${table} as table ${log}.${table};`).join(" ")}`);
    await decide(a);
    const seen = async (gateway: ReplicaGateway): Promise<readonly string[]> => (await gateway.links.directory.cosignatures("caio.example/a")).map(({ size }) => String(size));
    await a.core.orchestrator.settled();
    const { size } = a.core.traces.head;
    await vi.waitFor(async () => { expect(await seen(b)).toEqual([String(size)]); }, { timeout: 30_000 });
    await a.close();

    await server.query(`set session_replication_role = replica; ${tables.map((table) => `delete from ${log}.${table}; insert into ${log}.${table} select * from ${log}_copy.${table};`).join(" ")}`);
    const again = await deployment.start("a");
    interface Ready { readonly status: string; readonly findings?: readonly { readonly finding: string; readonly origin: string }[] }
    const ready = async (): Promise<Ready> => (await (await b.ask("/health/ready")).json()) as Ready;
    await vi.waitFor(async () => { expect(await ready()).toMatchObject({ status: "attention", findings: [{ finding: "rollback", origin: "caio.example/a" }] }); }, { timeout: 30_000 });
    for (let more = 0; more < 4; more++) await decide(again);
    await vi.waitFor(async () => { expect((await ready()).findings?.[0]?.finding).toBe("fork"); }, { timeout: 30_000 });
    expect(await (await b.ask("/metrics")).text()).toContain("caio_witness_findings 1");
    expect(await seen(b)).toEqual([String(size)]);
    expect(await (await again.ask("/api/v1/log/checkpoint")).text()).not.toContain("— caio.example/b ");
  });

  it("refuse with 503 while the database is away, execute nothing unlogged, and go on by themselves when it is back", async () => {
    let calls = 0;
    const counted = { echo: { execute: () => Promise.resolve({ output: (calls += 1) }), health: () => Promise.resolve({ healthy: true }) } };
    const server = await PostgresServer.start({ fsync: false });
    onTestFinished(() => server.stop());
    const deployment = await Deployment.make({ targets: counted, url: server.url(), config: "replicas: { poll_ms: 100, stale_after_ms: 1500, lease_ms: 2000, witness_ms: 500 }\n" });
    const [a, b] = [await deployment.start("a"), await deployment.start("b")];
    await post(a, "/api/v1/services", contract("echo"));
    await vi.waitFor(async () => { expect((await decide(b)).status).toBe(200); }, { timeout: 20_000 });
    await server.kill();
    const before = calls;
    const refused = await decide(a);
    expect([refused.status, refused.body.error?.code]).toEqual([503, "ServiceUnavailable"]);
    expect(JSON.stringify(refused.body)).not.toContain("postgres://caio");
    await vi.waitFor(async () => { expect((await b.ask("/health/ready")).status).toBe(503); }, { timeout: 30_000 });
    expect([calls, (await b.ask("/health/live")).status]).toEqual([before, 200]);
    await server.restart();
    for (const gateway of [a, b]) {
      await vi.waitFor(async () => { expect((await decide(gateway)).status).toBe(200); }, { timeout: 30_000, interval: 200 });
      await vi.waitFor(async () => { expect((await gateway.ask("/health/ready")).status).toBe(200); }, { timeout: 30_000, interval: 200 });
    }
    // Every call that was made has its decision in a log, and each log holds.
    const logged = Number(await server.query(`select count(*) from (select 1 from ${deployment.schema}_log_a.log_entry where kind = 'decision' union all select 1 from ${deployment.schema}_log_b.log_entry where kind = 'decision') as decisions`));
    expect(logged).toBeGreaterThanOrEqual(calls);
    for (const gateway of [a, b]) expect(await gateway.core.traces.verify()).toEqual({ holds: true });
  });

  it.each(["say", "refuse"] as const)("decide on a registry that nobody confirms only if they may, and then they say so: %s", async (stale) => {
    const deployment = await Deployment.make({ targets, config: `replicas: { poll_ms: 100, stale_after_ms: 2000, stale: ${stale}, rates: own }\n` });
    const a = await deployment.start("a");
    await post(a, "/api/v1/services", contract("echo"));
    expect(decisionOf((await decide(a)).body).stale).toBeUndefined();
    // Only news stays away: the log is written as ever.
    const server = await sharedPostgres();
    const key = await keyIn(a.stores, { subject: "caller" });
    await server.query(`alter table ${deployment.schema}.shared_revision rename to away`);
    await vi.waitFor(async () => {
      const answer = await decide(a, key);
      if (stale === "refuse") expect(answer.body.error?.details["reason"]).toBe("stale_snapshot");
      else expect(decisionOf(answer.body).stale).toMatchObject({ registry: { bound_ms: 2000 }, policy: { bound_ms: 2000 } });
    }, { timeout: 30_000 });
    const ready = await a.ask("/health/ready");
    expect([ready.status, ((await ready.json()) as Body).error?.details["reason"]]).toEqual([503, "stale_snapshot"]);
    await server.query(`alter table ${deployment.schema}.away rename to shared_revision`);
    await vi.waitFor(async () => { expect(decisionOf((await decide(a, key)).body).stale).toBeUndefined(); }, { timeout: 30_000 });
    expect(a.faults.filter((fault) => fault.startsWith("replicas"))).toHaveLength(1);
  });
});

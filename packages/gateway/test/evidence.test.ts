import { CaioError } from "@caio/core";
import { afterEach, describe, expect, it } from "vitest";
import type { z } from "zod";

import { METRICS, systemDoor } from "../src/index.ts";
import { evidenceReply } from "../src/views/evidence/evidence-reply.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

type Reply = z.output<typeof evidenceReply>;
const closing: (() => unknown)[] = [];
afterEach(async () => { for (const close of closing.splice(0).reverse()) await close(); });

const contract = (version = "1.0.0", capability = "inference.chat"): string => `
service_id: shaky
version: ${version}
capabilities: [${capability}]
guarantees: { availability: 0.99, latency_ms: 500 }
cost: { model: per_request, base_cost: "0.002", currency: USD }
access: { public: true }
api: { protocol: inprocess }
`;

const START = 1_790_000_000_000;

/** A gateway whose clock stands, and a service that fails when it is told to. */
async function opened(): Promise<{ readonly gateway: TestGateway; readonly fail: (now: boolean) => void; readonly pass: (ms: number) => void }> {
  let [failing, now] = [false, START];
  const shaky = { execute: () => (failing ? Promise.reject(new CaioError("ExecutionFailed", "no")) : Promise.resolve({ output: 1 })), health: () => Promise.resolve({ healthy: true }) };
  const gateway = await testGateway({ targets: { shaky }, ports: { door: { ...systemDoor, now: () => now } }, policy: "caio_policy: 1\nid: house\nmonitor: { alpha: 0.05, drift_run_length: 10000 }\nfallback: { max_attempts: 1 }\n" });
  closing.push(() => gateway.close());
  await register(gateway, contract());
  return { gateway, fail: (is) => { failing = is; }, pass: (ms) => { now += ms; } };
}

async function ask({ app, caller, core }: TestGateway, times: number): Promise<void> {
  const payload = { caio_request: 1, requirements: { capabilities: [{ type: "inference.chat" }] } };
  for (let n = 0; n < times; n++) await app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${caller}` }, payload });
  await core.orchestrator.settled();
}

async function look({ app, admin }: TestGateway, query = "", key = admin): Promise<Reply> {
  const { statusCode, body } = await app.inject({ url: `/api/v1/services/shaky/evidence${query}`, headers: { authorization: `Bearer ${key}` } });
  expect([statusCode, body]).toEqual([200, expect.anything()]);
  return evidenceReply.parse(JSON.parse(body));
}

describe("evidence over time", () => {
  it("has a place for every minute with calls, with what was promised and what was measured", async () => {
    const { gateway, fail, pass } = await opened();
    await ask(gateway, 3);
    pass(120_000);
    fail(true);
    await ask(gateway, 2);
    const { since, bucket_ms: bucket, pairs: [pair], circuit } = await look(gateway);
    expect([since, bucket, circuit]).toEqual([START, 60_000, { state: "closed", changes: [] }]);
    const first = Math.floor(START / 60_000) * 60_000;
    expect(pair?.series).toMatchObject({ at: [first, first + 120_000], calls: [3, 2], success: [3, 0], error: [0, 2], cost_micros: [6000, expect.any(Number)] });
    const at = pair?.standings.findIndex((standing) => (standing as { property: string }).property === "availability") ?? -1;
    expect(pair?.series?.promises[at]).toMatchObject({ calls: [3, 2], broken_micros: [0, 2_000_000], verdict: ["holds", expect.any(String)] });
    for (const column of Object.values(pair?.series ?? {})) if (typeof column[0] !== "object") expect(column).toHaveLength(2);
    const { latency_p50_us: p50, latency_max_us: max } = pair?.series ?? { latency_p50_us: [], latency_max_us: [] };
    for (const [minute, half] of p50.entries()) expect(half).toBeLessThanOrEqual(max[minute] ?? -1);
    expect((await look(gateway, `?since=${String(first + 1)}`)).pairs[0]?.series?.at).toEqual([first + 120_000]);
  });

  it("tells when a verdict and a circuit changed", async () => {
    const { gateway, fail, pass } = await opened();
    fail(true);
    await ask(gateway, 4);
    pass(60_000);
    await ask(gateway, 1);
    const { circuit, pairs: [pair] } = await look(gateway);
    expect(circuit).toEqual({ state: "open", changes: [{ at: START + 60_000, state: "open" }] });
    expect(pair?.changes.length).toBeGreaterThan(0);
    expect(pair?.changes[0]).toMatchObject({ property: "availability", before: "holds" });
    expect((pair?.standings.find((standing) => (standing as { property: string }).property === "availability") as { verdict: string }).verdict).toBe(pair?.changes.filter(({ property, kind }) => property === "availability" && kind === "failure").at(-1)?.after);
  });

  it("keeps the minutes of an earlier contract, without promises of the new one, and forgets a service that was taken away", async () => {
    const { gateway } = await opened();
    await ask(gateway, 2);
    const swap = await gateway.app.inject({ method: "PUT", url: "/api/v1/services/shaky", headers: { authorization: `Bearer ${gateway.admin}`, "content-type": "application/yaml" }, payload: contract("2.0.0") });
    expect(swap.statusCode).toBe(200);
    await expect.poll(() => gateway.core.watch.standings("shaky")[0]?.calls).toBe(0);
    await ask(gateway, 1);
    const [pair] = (await look(gateway)).pairs;
    expect(pair?.series?.calls).toEqual([2, 1]);
    for (const { calls } of pair?.series?.promises ?? []) expect(calls).toEqual([null, 1]);
    await gateway.app.inject({ method: "DELETE", url: "/api/v1/services/shaky", headers: { authorization: `Bearer ${gateway.admin}` } });
    await expect.poll(() => gateway.core.evidence.of({ service: "shaky", model: null }).points).toEqual([]);
    expect((await gateway.app.inject({ url: "/api/v1/services/shaky/evidence", headers: { authorization: `Bearer ${gateway.admin}` } })).statusCode).toBe(404);
  });

  it("shows the traffic of all tenants to admins and to who has caio.metrics alone", async () => {
    const { gateway } = await opened();
    await ask(gateway, 1);
    expect((await look(gateway, "", gateway.caller)).pairs[0]).toMatchObject({ series: null, standings: [expect.anything(), expect.anything(), expect.anything()] });
    const made = await gateway.app.inject({ method: "POST", url: "/api/v1/keys", headers: { authorization: `Bearer ${gateway.admin}` }, payload: { subject: "prometheus", tenant: "acme", permissions: [METRICS] } });
    expect((await look(gateway, "", made.json<{ key: string }>().key)).pairs[0]?.series?.calls).toEqual([1]);
    expect((await gateway.app.inject({ url: "/api/v1/services/shaky/evidence?since=x", headers: { authorization: `Bearer ${gateway.admin}` } })).statusCode).toBe(400);
  });
});

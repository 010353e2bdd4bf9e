import { describe, expect, it, vi } from "vitest";

import { FEEDBACK } from "../src/index.ts";
import { Deployment, hasPostgres, keyIn, noonDoor, type ReplicaGateway } from "./support/replica-gateways.ts";

const contract = `
service_id: echo
version: 1.0.0
capabilities: [inference.chat]
guarantees: { latency_ms: 20000 }
cost: { model: free }
privacy: { data_locality: local }
access: { public: true }
api: { protocol: inprocess }
`;
const document = JSON.stringify({ caio_request: 1, intent: { text: "hello" }, requirements: { capabilities: [{ type: "inference.chat" }] }, data: { payload: { text: "hello" } } });
const targets = { echo: { execute: () => Promise.resolve({ output: "echo" }), health: () => Promise.resolve({ healthy: true }) } };
const config = "learning: { interval_ms: 0 }\nreplicas: { poll_ms: 50, stale_after_ms: 3600000, witness_ms: 3600000 }\n";

async function decide(gateway: ReplicaGateway, key?: string): Promise<string> {
  const answer = await gateway.ask("/api/v1/orchestrate", { method: "POST", body: document, ...(key === undefined ? {} : { key }) });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
  return answer.headers.get("caio-decision-id") ?? "";
}

async function say(gateway: ReplicaGateway, id: string, body: object, key?: string): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const answer = await gateway.ask(`/api/v1/decisions/${id}/feedback`, { method: "POST", body: JSON.stringify(body), ...(key === undefined ? {} : { key }) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** What the log of the deciding instance says that H has learned of the decision. */
async function taught(gateway: ReplicaGateway, id: string): Promise<readonly unknown[]> {
  return (await gateway.core.traces.trace(id))?.feedback.map((each) => [each.takenFrom?.instance ?? null, each.taught]) ?? [];
}

describe.skipIf(!hasPostgres)("feedback that comes in at another instance than the one that decided", { timeout: 300_000 }, () => {
  it("is in the log there, is taken up once by the one that decided, also after restarts, and learned by it", async () => {
    const deployment = await Deployment.make({ targets, config });
    const [a, b] = [await deployment.start("a"), await deployment.start("b")];
    expect((await a.ask("/api/v1/services", { method: "POST", headers: { "content-type": "application/yaml" }, body: contract })).status).toBe(201);
    const caller = await keyIn(a.stores, { subject: "caller" });
    const id = await decide(a, caller);
    const at = noonDoor.now();

    // Who asked at one instance is known at the other.
    const first = await say(b, id, { kind: "thumb", value: "down", name: "rating", at }, caller);
    expect([first.status, first.body]).toEqual([200, expect.objectContaining({ learned: false, because: "elsewhere", decision_reward_micros: 0 })]);
    expect((await say(b, id, { kind: "thumb", value: "down", name: "rating", at }, caller)).body).toEqual(first.body);
    const stranger = await keyIn(b.stores, { tenant: "umbra", permissions: [FEEDBACK] });
    expect((await say(b, id, { kind: "thumb", value: "up" }, stranger)).status).toBe(404);
    await vi.waitFor(async () => { expect(await taught(a, id)).toEqual([["b", { fromMicros: 1_000_000, toMicros: 0 }]]); }, { timeout: 20_000 });
    await a.core.orchestrator.learnNow();
    const theta = (await a.stores.history.latest()).leaves[0]?.learned?.theta[0] ?? 0;
    expect(theta).toBeCloseTo(0, 9);

    // The same at the other one is known there, and something else under the name is refused at both.
    expect((await say(a, id, { kind: "thumb", value: "down", name: "rating", at }, caller)).body).toMatchObject({ learned: true, reward_micros: 0 });
    for (const each of [a, b]) expect((await say(each, id, { kind: "thumb", value: "up", name: "rating", at }, caller)).status).toBe(409);

    // What b takes in while a is away waits for it.
    await a.close();
    const judged = await say(b, id, { kind: "verdict", verdict: "pass", judge: "judge-v2", name: "v" }, caller);
    expect(judged.body).toMatchObject({ because: "elsewhere", decision_reward_micros: 500_000 });
    const again = await deployment.start("a");
    await vi.waitFor(async () => {
      expect(await taught(again, id)).toEqual([["b", { fromMicros: 1_000_000, toMicros: 0 }], ["b", { fromMicros: 0, toMicros: 500_000 }]]);
    }, { timeout: 20_000 });
    expect([...a.faults, ...b.faults, ...again.faults]).toEqual([]);
  });
});

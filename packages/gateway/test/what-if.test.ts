import { afterEach, describe, expect, it } from "vitest";
import type { z } from "zod";

import { whatIfReply } from "../src/views/what-if/what-if-route.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway, type TestOptions } from "./support/test-gateway.ts";

type Reply = z.output<typeof whatIfReply>;
const closing: (() => unknown)[] = [];
afterEach(async () => { for (const close of closing.splice(0).reverse()) await close(); });

const SECRET = "the prompt of a person";
const contract = (id: string, cost: string, more = ""): string => `
service_id: ${id}
version: 1.0.0
capabilities: [inference.chat]
guarantees: { latency_ms: 500 }
cost: { model: per_request, base_cost: "${cost}", currency: USD }
privacy: { data_locality: local, regions: [eu] }
access: { public: true }
api: { protocol: inprocess }
${more}`;

/** A gateway with a cheap and a dear service, of which the cheap one is chosen. */
async function opened(options: Partial<TestOptions> = {}): Promise<{ readonly gateway: TestGateway; readonly calls: () => number }> {
  let made = 0;
  const execute = (): Promise<{ output: string }> => {
    made += 1;
    return Promise.resolve({ output: SECRET });
  };
  const target = { execute, health: () => Promise.resolve({ healthy: true }) };
  const gateway = await testGateway({ targets: { cheap: target, dear: target }, ...options });
  closing.push(() => gateway.close());
  await register(gateway, contract("cheap", "0.001"), contract("dear", "0.5"));
  return { gateway, calls: () => made };
}

async function ask({ app, caller }: TestGateway, more: object = {}): Promise<string> {
  const payload = { caio_request: 1, intent: { text: SECRET }, requirements: { capabilities: [{ type: "inference.chat" }] }, data: { payload: { text: SECRET } }, ...more };
  const response = await app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${caller}` }, payload });
  return String(response.headers["caio-decision-id"]);
}

async function send({ app, admin }: TestGateway, payload: object, key = admin): Promise<{ readonly status: number; readonly body: string }> {
  const { statusCode: status, body } = await app.inject({ method: "POST", url: "/api/v1/what-if", headers: { authorization: `Bearer ${key}` }, payload });
  expect(body).not.toContain(SECRET);
  return { status, body };
}

async function judge(gateway: TestGateway, payload: object): Promise<Reply> {
  const { status, body } = await send(gateway, payload);
  expect([status, body]).toEqual([200, expect.anything()]);
  return whatIfReply.parse(JSON.parse(body));
}

const noCheap = "caio_policy: 1\nid: house\nrules:\n  - { id: not-cheap, deny: 'service.id == \"cheap\"', reason: We left them. }\n";

describe("what if", () => {
  it("changes nothing where nothing is drafted: every decision comes out as it was", async () => {
    const { gateway } = await opened();
    for (let n = 0; n < 3; n++) await ask(gateway);
    await ask(gateway, { requirements: { capabilities: [{ type: "vision.ocr" }] } });
    expect(await judge(gateway, {})).toMatchObject({ judged: 4, kept: 4, complete: true, changes: [], unreproduced: [], totals: { changed: 0, rescored: 0, cost_micros: { before: 3000, after: 3000 } }, currency: "USD" });
  });

  it("says of a drafted policy which decisions would be other ones, and by which clause", async () => {
    const { gateway, calls } = await opened();
    const [first, second] = [await ask(gateway), await ask(gateway)];
    await gateway.core.orchestrator.settled();
    const size = gateway.core.traces.head.size;
    const made = calls();
    const { changes, totals, findings } = await judge(gateway, { policies: [noCheap] });
    expect(changes.map(({ id }) => id)).toEqual([second, first]);
    expect(changes[0]).toMatchObject({
      ...{ kind: "other_pair", tenant: "acme", from: { outcome: "chosen", service: "cheap", cost_micros: 1000 }, to: { outcome: "chosen", service: "dear", cost_micros: 500_000 } },
      ...{ rejected: { after: { service: "cheap", step: 2, clause: "rule:not-cheap" }, before: null }, difference: { cost_micros: 499_000, latency_us: 0 } },
    });
    expect(changes[0]?.why.join(" ")).toContain("cheap falls at step 2 (rule:not-cheap): We left them.");
    expect(totals).toMatchObject({ changed: 2, other_pair: 2, refused: 0, cost_micros: { before: 2000, after: 1_000_000 } });
    expect(findings).toEqual([{ policy: "house", findings: expect.any(Array) as unknown }]);
    // Nothing is kept, executed or logged.
    expect([calls(), gateway.core.traces.head.size, gateway.core.policies.snapshot.base.rules]).toEqual([made, size, []]);
    expect((await judge(gateway, {})).changes).toEqual([]);
  });

  it("says so of drafted contracts: of another version, of one that is new, of one that is taken away", async () => {
    const { gateway } = await opened();
    const id = await ask(gateway);
    const dearer = await judge(gateway, { contracts: [contract("cheap", "2")] });
    expect(dearer.changes[0]).toMatchObject({ id, from: { service: "cheap" }, to: { service: "dear" }, rejected: { before: null, after: null } });
    expect(dearer.changes[0]?.why.join(" ")).toMatch(/cheap scores -?[0-9.]+ then, dear -?[0-9.]+/);
    const newer = await judge(gateway, { contracts: [contract("newer", "0")] });
    expect(newer.changes[0]).toMatchObject({ to: { service: "newer" }, why: expect.arrayContaining(["newer was not there, or did not offer what is asked."]) as unknown });
    const gone = await judge(gateway, { without_services: ["cheap", "dear"] });
    expect(gone.changes[0]).toMatchObject({ kind: "refused", to: { outcome: "refused", code: "NoMatchingService" }, difference: { cost_micros: null } });
    expect(gone.totals).toMatchObject({ refused: 1, cost_micros: { before: 1000, after: 0 } });
    const slight = await judge(gateway, { contracts: [contract("cheap", "0.0011")] });
    expect(slight).toMatchObject({ changes: [], totals: { changed: 0, rescored: 1 } });
    expect(gateway.core.registry.snapshot().services.map(({ contract: { serviceId } }) => serviceId)).toEqual(["cheap", "dear"]);
  });

  it("says what would be admitted that was refused, and of a policy that a request names", async () => {
    const { gateway } = await opened();
    await ask(gateway, { limits: { budget: "0.0001", currency: "USD" } });
    const admitted = await judge(gateway, { contracts: [contract("cheap", "0.00001")] });
    expect(admitted.changes[0]).toMatchObject({ kind: "admitted", from: { outcome: "refused", code: "BudgetExceeded" }, to: { service: "cheap" }, rejected: { before: { step: 4, clause: "budget" }, after: null } });
    await gateway.app.inject({ method: "POST", url: "/api/v1/policies", headers: { authorization: `Bearer ${gateway.admin}`, "content-type": "application/yaml" }, payload: "caio_policy: 1\nid: own\n" });
    await ask(gateway, { policies: ["own"] });
    const named = await judge(gateway, { policies: [{ ...{ caio_policy: 1, id: "own" }, rules: [{ id: "no", deny: "true", reason: "never" }] }], last: 1 });
    expect([named.judged, named.changes[0]?.kind, named.changes[0]?.rejected.after?.clause]).toEqual([1, "refused", "rule:own/no"]);
  });

  it("takes bad drafts as registering them would, and says in which one it is", async () => {
    const { gateway } = await opened();
    const policy = await send(gateway, { policies: ["caio_policy: 1\nid: house\n", "caio_policy: 2\nid: x\n"] });
    expect([policy.status, policy.body]).toEqual([400, expect.stringContaining("<body>/policies/1")]);
    expect(policy.body).toContain("InvalidPolicy");
    expect(await send(gateway, { contracts: ["service_id: X\n"] })).toMatchObject({ status: 400, body: expect.stringContaining("InvalidContract") as unknown });
    expect((await send(gateway, { policies: ["caio_policy: 1\nid: other\ncurrency: EUR\nlimits: { budget: 1 }\n"] })).body).toContain("InvalidPolicy");
    for (const wrong of [{ last: 0 }, { last: 201 }, { else: 1 }, { policies: "x" }]) expect((await send(gateway, wrong)).status).toBe(400);
    expect((await judge(gateway, { policies: [{ caio_policy: 1, id: "house", rules: [{ id: "a", deny: "true", reason: "no" }] }] })).findings[0]?.findings).toEqual([expect.objectContaining({ rules: ["a"], kind: "never_satisfied" })]);
  });

  it("compares costs in one currency: a base policy in another is refused, and what was decided under one is left out", async () => {
    const { gateway } = await opened();
    await ask(gateway);
    const euro = 'caio_policy: 1\nid: house\ncurrency: EUR\nrates: { USD: "0.9" }\n';
    const { status, body } = await send(gateway, { policies: [euro] });
    expect([status, JSON.parse(body)]).toMatchObject([400, { error: { code: "InvalidPolicy", details: { found: "EUR", expected: "USD" } } }]);
    // A policy that requests name may be in any: its base says what it is worth.
    expect(await judge(gateway, { policies: ['caio_policy: 1\nid: house\nrates: { EUR: "1.1" }\n', "caio_policy: 1\nid: own\ncurrency: EUR\nlimits: { budget: 1 }\n"] })).toMatchObject({ judged: 1, currency: "USD" });
    await gateway.app.inject({ method: "POST", url: "/api/v1/policies", headers: { authorization: `Bearer ${gateway.admin}`, "content-type": "application/yaml" }, payload: euro });
    const second = await ask(gateway);
    const after = await judge(gateway, { policies: [`${euro}rules: [{ id: none, deny: "true", reason: Closed. }]\n`] });
    expect(after).toMatchObject({ judged: 1, kept: 2, currency: "EUR", totals: { cost_micros: { before: 900, after: 0 } } });
    expect(after.changes.map(({ id }) => id)).toEqual([second]);
  });

  it("is for admins, who may look at one tenant", async () => {
    const { gateway } = await opened();
    await ask(gateway);
    expect((await send(gateway, {}, gateway.caller)).status).toBe(403);
    expect((await judge(gateway, { tenant: "other" })).judged).toBe(0);
    expect((await judge(gateway, { tenant: "acme" })).judged).toBe(1);
  });

  it.each(["record: false\n", "what_if: { requests: 0 }\n"])("keeps nothing with %s", async (config) => {
    const { gateway } = await opened({ config });
    await ask(gateway);
    expect(await judge(gateway, { policies: [noCheap] })).toMatchObject({ judged: 0, kept: 0, since: null, changes: [] });
  });

  it("keeps no more requests than it may, nor great ones", async () => {
    const { gateway } = await opened({ config: "what_if: { requests: 3 }\n" });
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push(await ask(gateway));
    await ask(gateway, { data: { payload: { text: "x".repeat(300_000) } } });
    const { changes, kept } = await judge(gateway, { policies: [noCheap] });
    expect([kept, changes.map(({ id }) => id)]).toEqual([3, ids.slice(2).reverse()]);
  });
});

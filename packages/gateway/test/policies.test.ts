import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { memoryStores } from "../src/index.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const house = `caio_policy: 1
id: house
currency: USD
rates: { EUR: "1.08" }
limits: { budget: "0.05", latency_ms: 5000 }
rules:
  - id: eu
    when: '"personal" in request.labels'
    require: 'size(service.privacy.regions) > 0 && service.privacy.regions.all(r, r == "eu")'
    reason: Personal data stays in the EU.
`;

let from: TestGateway;
let to: TestGateway;
beforeAll(async () => { [from, to] = await Promise.all([testGateway({ policy: house }), testGateway()]); });
afterAll(() => Promise.all([from.close(), to.close()]));

async function call(gateway: TestGateway, method: "GET" | "POST", url: string, payload?: object, key = gateway.admin): Promise<{ status: number; json: Record<string, unknown> }> {
  const { statusCode, body } = await gateway.app.inject({ method, url, headers: { authorization: `Bearer ${key}` }, ...(payload === undefined ? {} : { payload }) });
  return { status: statusCode, json: JSON.parse(body) as Record<string, unknown> };
}

describe.each(["/api/v1/policies", "/api/v1/configurations", "/configurations"])("%s", (root) => {
  it("exports what another gateway imports, to the same digests", async () => {
    await call(from, "POST", root, { caio_policy: 1, id: "frugal", weights: { cost: 0.9 } });
    const exported = await call(from, "GET", `${root}/export`);
    const imported = await call(to, "POST", `${root}/import`, exported.json);
    expect([imported.status, imported.json]).toEqual([200, expect.objectContaining({ base: "house", exported_base: "house" })]);
    const digests = async (gateway: TestGateway): Promise<unknown> => ((await call(gateway, "GET", root)).json["policies"] as { id: string; digest: string }[]).map(({ id, digest }) => [id, digest]);
    expect(await digests(to)).toEqual(await digests(from));
    expect((await call(to, "GET", `${root}/export`)).json).toEqual(exported.json);
    // The same once more is no new version.
    const { version } = (await call(to, "GET", root)).json;
    await call(to, "POST", `${root}/import`, exported.json);
    expect((await call(to, "GET", root)).json["version"]).toBe(version);
  });
});

describe("the validation of a draft", () => {
  it("finds what its rules contradict in the base policy, by the ids of both, and keeps nothing", async () => {
    const text = (id: string, condition: string): object => ({ caio_policy: 1, id, rules: [{ id: "version", require: condition, reason: "Because." }] });
    const gateway = await testGateway({ policy: JSON.stringify(text("house", "service.version_major > 2")) });
    const found = async (draft: object): Promise<unknown> => ((await call(gateway, "POST", "/api/v1/policies/validate", draft)).json["findings"] as { kind: string; rules: string[] }[]).map(({ kind, rules }) => [kind, rules]);
    expect(await found(text("old", "service.version_major < 2"))).toEqual([["contradiction", expect.arrayContaining(["version", "old/version"])]]);
    expect(await found(text("new", "service.version_major > 3"))).toEqual([]);
    // The draft of the base itself stands alone.
    expect(await found(text("house", "service.version_major < 2"))).toEqual([]);
    expect((await call(gateway, "GET", "/api/v1/policies")).json["policies"]).toHaveLength(1);
    expect((await call(gateway, "POST", "/api/v1/policies/validate", { caio_policy: 1, id: "euros", currency: "EUR", limits: { budget: "1" } })).json).toMatchObject({ error: { code: "InvalidPolicy" } });
    await gateway.close();
  });
});

describe("an import", () => {
  it("takes all or nothing, from admins alone, and can be rolled back", async () => {
    const { json } = await call(from, "GET", "/api/v1/policies/export");
    const before = (await call(to, "GET", "/api/v1/policies")).json;
    const policies = json["policies"] as Record<string, unknown>[];
    const [first] = policies;
    for (const [wrong, code] of [[{ ...json, policies: [{ ...first, id: "new-one" }, { ...first, currency: "no" }] }, "InvalidPolicy"], [{ ...json, policies: [first, first] }, "InvalidPolicy"], [{ ...json, caio_policies: 2 }, "InvalidRequest"], [{ ...json, policies: [] }, "InvalidRequest"], [{ ...json, more: 1 }, "InvalidRequest"]] as const) {
      expect((await call(to, "POST", "/api/v1/policies/import", wrong)).json).toMatchObject({ error: { code } });
    }
    expect((await call(to, "POST", "/api/v1/policies/import", json, to.caller)).status).toBe(403);
    expect((await call(to, "GET", "/api/v1/policies")).json).toEqual(before);
    await call(to, "POST", "/api/v1/policies/house/rollback", { version: 1 });
    expect((await call(to, "GET", "/api/v1/policies/house")).json).toMatchObject({ version: 1 });
    const { changes } = (await call(to, "GET", "/api/v1/policies/audit")).json as { changes: { kind: string; reason: string | null }[] };
    expect(changes.at(-1)).toMatchObject({ kind: "activate" });
    expect(changes.some(({ reason }) => reason === "import")).toBe(true);
  });
});

describe("a policy whose budget is in a currency without a rate", () => {
  it("is refused when it is put, imported or would become so, with what to add; nothing of the change is kept", async () => {
    const gateway = await testGateway({ policy: house });
    const named = (currency: string): object => ({ caio_policy: 1, id: "frugal", currency, limits: { budget: "0.01" } });
    const refusal = { error: { code: "InvalidPolicy", details: { policy: "frugal", base: "house", currency: "CHF" } } };
    expect((await call(gateway, "POST", "/api/v1/policies", named("CHF"))).json).toMatchObject(refusal);
    const { json: exported } = await call(from, "GET", "/api/v1/policies/export");
    const wire = (exported["policies"] as Record<string, unknown>[]).find(({ id }) => id === "house") ?? {};
    const frugal = { ...wire, id: "frugal", currency: "CHF", rates: {}, rules: [], limits: { budget_micros: 10_000 } };
    const imported = await call(gateway, "POST", "/api/v1/policies/import", { caio_policies: 1, policies: [{ ...frugal, id: "first", currency: "EUR" }, frugal] });
    expect(imported.json).toMatchObject(refusal);
    expect((await call(gateway, "GET", "/api/v1/policies")).json).toMatchObject({ policies: [{ id: "house" }] });
    // With a rate it holds; then the rate may not go, unless the policy goes with it into another currency.
    expect((await call(gateway, "POST", "/api/v1/policies", named("EUR"))).status).toBe(201);
    const without = { caio_policy: 1, id: "house", currency: "USD" };
    expect((await call(gateway, "POST", "/api/v1/policies", without)).json).toMatchObject({ error: { code: "InvalidPolicy", details: { policy: "frugal", currency: "EUR" } } });
    expect((await call(gateway, "POST", "/api/v1/policies", named("USD"))).status).toBe(201);
    expect((await call(gateway, "POST", "/api/v1/policies", without)).status).toBe(201);
    expect((await call(gateway, "POST", "/api/v1/policies/frugal/rollback", { version: 1 })).json).toMatchObject({ error: { code: "InvalidPolicy" } });
    await gateway.close();
  });
});

describe("the currency of the base policy", () => {
  it("stays as it is while keys have budgets in it, and may change once none has", async () => {
    const gateway = await testGateway({ policy: house });
    const made = await call(gateway, "POST", "/api/v1/keys", { subject: "spender", tenant: "acme", permissions: ["chat"], trust: 5, limits: { budget: { day_micros: 500_000 } } });
    expect([made.status, made.json["error"]]).toEqual([201, undefined]);
    const euro = { caio_policy: 1, id: "house", currency: "EUR", rates: { USD: "0.9" } };
    const refused = await call(gateway, "POST", "/api/v1/policies", euro);
    expect([refused.status, refused.json["error"]]).toEqual([400, expect.objectContaining({ code: "InvalidPolicy", details: { found: "EUR", expected: "USD" } })]);
    // A policy that requests name is not what budgets are kept in.
    expect((await call(gateway, "POST", "/api/v1/policies", { ...euro, id: "named" })).status).toBeLessThan(300);
    const id = made.json["key_id"] as string;
    await gateway.app.inject({ method: "PUT", url: `/api/v1/keys/${id}/limits`, headers: { authorization: `Bearer ${gateway.admin}` }, payload: {} });
    expect((await call(gateway, "POST", "/api/v1/policies", euro)).status).toBeLessThan(300);
    await gateway.close();
  });
});

describe("a change of a policy with If-Match", () => {
  const root = "/api/v1/policies";
  const budget = (limit: number): object => ({ caio_policy: 1, id: "house", limits: { budget: String(limit) } });

  async function ask({ app, admin }: TestGateway, method: "GET" | "POST", url: string, { match, payload }: { readonly match?: string; readonly payload?: object } = {}): Promise<{ status: number; tag: string; json: Record<string, unknown> }> {
    const { statusCode, body, headers } = await app.inject({ method, url, headers: { authorization: `Bearer ${admin}`, ...(match === undefined ? {} : { "if-match": match }) }, ...(payload === undefined ? {} : { payload }) });
    return { status: statusCode, tag: typeof headers.etag === "string" ? headers.etag : "", json: JSON.parse(body) as Record<string, unknown> };
  }

  it("is made of the version that was read, whose tag every answer has; any other is refused, and says what is in force and who put it there", async () => {
    const gateway = await testGateway();
    const { tag: first } = await ask(gateway, "GET", `${root}/house`);
    expect(first).toMatch(/^"1-[0-9a-f]{64}"$/);
    const made = await ask(gateway, "POST", root, { match: first, payload: budget(2) });
    expect([made.status, made.tag]).toEqual([201, `"2-${String(made.json["digest"])}"`]);
    expect((await ask(gateway, "GET", `${root}/house`)).tag).toBe(made.tag);
    const refused = await ask(gateway, "POST", root, { match: first, payload: budget(3) });
    const { changes } = (await ask(gateway, "GET", `${root}/audit`)).json as { changes: { actor: string | null; at: number | null }[] };
    const { actor, at } = changes.at(-1) ?? {};
    expect(actor).toMatch(/^[0-9a-f]+$/);
    const details = { policy: "house", found: { version: 2, digest: made.json["digest"], kind: "put", actor, at }, expected: [{ version: 1, digest: first.slice(3, -1) }] };
    expect([refused.status, refused.json]).toEqual([412, { error: { code: "PreconditionFailed", message: `Policy house: found version 2 in use, which ${String(actor)} put there, expected version 1. Nothing was changed. Read the policy again, and make the change from what it is now.`, details } }]);
    // So is going back, under each of its addresses.
    for (const each of [root, "/api/v1/configurations", "/configurations"]) expect((await ask(gateway, "POST", `${each}/house/rollback`, { match: first, payload: { version: 1 } })).json).toMatchObject({ error: { code: "PreconditionFailed" } });
    expect((await ask(gateway, "GET", `${root}/house`)).tag).toBe(made.tag);
    const back = await ask(gateway, "POST", `${root}/house/rollback`, { match: `"other", W/${made.tag}`, payload: { version: 1 } });
    expect([back.status, back.tag]).toEqual([200, first]);
    // Without it, as ever; and with any, where there is one.
    expect((await ask(gateway, "POST", root, { payload: budget(4) })).status).toBe(201);
    expect((await ask(gateway, "POST", root, { match: "*", payload: budget(5) })).status).toBe(201);
    expect((await ask(gateway, "POST", root, { match: "*", payload: { ...budget(1), id: "new-one" } })).json).toMatchObject({ error: { code: "PreconditionFailed", details: { found: null } } });
    await gateway.close();
  });

  it("is refused where the header says nothing that can be held to, and nothing is kept", async () => {
    const gateway = await testGateway();
    for (const match of ["1", "", '"1', 'W/1, "a"']) expect((await ask(gateway, "POST", root, { match, payload: budget(2) })).json, match).toMatchObject({ error: { code: "InvalidRequest" } });
    for (const match of ['"1"', '"1-0"', '"other"', '"0-' + "0".repeat(64) + '"']) expect((await ask(gateway, "POST", root, { match, payload: budget(2) })).status, match).toBe(412);
    // What is no number of a version that can be said exactly is none of ours.
    expect((await ask(gateway, "POST", root, { match: `"9007199254740993-${"0".repeat(64)}"`, payload: budget(2) })).json).toMatchObject({ error: { details: { expected: [] } } });
    const exported = await ask(gateway, "GET", `${root}/export`);
    expect((await ask(gateway, "POST", `${root}/import`, { match: "*", payload: exported.json })).json).toMatchObject({ error: { code: "InvalidRequest" } });
    expect((await ask(gateway, "GET", `${root}/house/versions`)).json["versions"]).toHaveLength(1);
    await gateway.close();
  });

  it("is made once of two at the same moment, also where two gateways share a store", async () => {
    const stores = memoryStores();
    const [one, other] = [await testGateway({ ports: { stores } }), await testGateway({ ports: { stores } })];
    for (const [round, gateways] of [[one, one], [one, other], [other, one]].entries()) {
      const { tag } = await ask(one, "GET", `${root}/house`);
      const ended = await Promise.all(gateways.map((gateway, at) => ask(gateway, "POST", root, { match: tag, payload: budget(10 * (round + 1) + at) })));
      expect(ended.map(({ status }) => status).toSorted()).toEqual([201, 412]);
      expect((await ask(other, "GET", `${root}/house`)).tag).toBe(ended.find(({ status }) => status === 201)?.tag);
    }
    expect((await ask(one, "GET", `${root}/house/versions`)).json["versions"]).toHaveLength(4);
    await Promise.all([one.close(), other.close()]);
  });
});

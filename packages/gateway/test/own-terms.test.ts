import type { ServiceCall, ServiceExecutor } from "@caio/contracts";
import { extendCatalogue } from "@caio/contracts";
import type { JsonObject } from "@caio/core";
import { verifyBundle } from "@caio/verifier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const catalogue = extendCatalogue({
  name: "carbon", unit: "micros", direction: "lower", ratio: false, defaultCoveragePpm: 1_000_000,
  row: { seq: "sum", par: "max", fallback: "sum", retry: "times" }, spellings: [{ spelling: "carbon_grams", digits: 6 }],
});
const patient = { name: "patient", labels: ["health"], find: (text: string) => [...text.matchAll(/PAT-\d{6}/g)].map(({ index }) => ({ start: index, end: index + 10 })) };

/** Speaks a protocol that the gateway does not know, and says what it was asked. */
const executor: ServiceExecutor = {
  protocols: ["x-echo"],
  execute: ({ contract, payload }: ServiceCall) => Promise.resolve({ output: { by: contract.serviceId, payload } }),
  health: () => Promise.resolve({ healthy: true }),
  close: () => Promise.resolve(),
};

const contract = (id: string, grams: string, cost: string, locality: string): string => JSON.stringify({
  ...{ service_id: id, version: "1.0.0", capabilities: ["text.echo"], guarantees: { carbon_grams: grams }, access: { public: true } },
  ...{ cost: { model: "per_request", base_cost: cost, currency: "USD" }, privacy: { data_locality: locality }, api: { protocol: "x-echo" } },
});

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await testGateway({
    executor,
    policy: 'caio_policy: 1\nid: house\nlimits: { budget: "1" }\nweights: { intent: 0, attention: 0, rl: 0, resonance: 0, model: 0, cost: 1, risk: 0, latency: 0 }\nprivacy: { mode: strict, sensitive: [health] }\n',
    ports: { catalogue, detectors: [patient] },
  });
  await register(gateway, contract("near", "0.1", "0.02", "local"), contract("far", "0.5", "0.01", "external"));
});
afterAll(() => gateway.close());

async function post(url: string, payload: object): Promise<{ readonly status: number; readonly body: JsonObject; readonly decisionId: string }> {
  const response = await gateway.app.inject({ method: "POST", url, headers: { authorization: `Bearer ${gateway.caller}` }, payload });
  return { status: response.statusCode, body: response.json(), decisionId: String(response.headers["caio-decision-id"]) };
}

const request = (text: string, grams?: string): object => ({
  caio_request: 1,
  data: { payload: { text } },
  requirements: { capabilities: [{ type: "text.echo" }], ...(grams === undefined ? {} : { guarantees: { carbon_grams: grams } }) },
});
const servedBy = async (text: string, grams?: string): Promise<unknown> => (await post("/api/v1/orchestrate", request(text, grams))).body["output"];

describe("a gateway that is given a catalogue, detectors and an executor of somebody's own", () => {
  it("holds a request's demand of the property against contracts, and proves it", async () => {
    expect(await servedBy("hello")).toMatchObject({ by: "far" });
    expect(await servedBy("hello", "0.2")).toMatchObject({ by: "near" });
    const refused = await post("/api/v1/orchestrate", request("hello", "0.05"));
    expect(refused).toMatchObject({ status: 404, body: { error: { code: "NoMatchingService" } } });
    const bundle = await gateway.app.inject({ url: `/api/v1/traces/${refused.decisionId}/bundle`, headers: { authorization: `Bearer ${gateway.caller}` } });
    const key = await gateway.app.inject({ url: "/api/v1/log/key" });
    const { valid, checks } = await verifyBundle(bundle.body, { publicKey: key.body.trim() });
    expect([valid, checks.filter(({ name }) => name.startsWith("verdict.")).map(({ name, standing }) => [name, standing])]).toEqual([true, [["verdict.far", "proved"], ["verdict.near", "proved"]]]);
  });

  it("finds what its own detector finds, beside what every gateway finds", async () => {
    expect(await servedBy("case PAT-123456")).toMatchObject({ by: "near" });
    expect(await servedBy("case PAT-12345")).toMatchObject({ by: "far" });
  });

  it("composes the property over plans and cascades by its algebra", async () => {
    const step = request("hello", "0.2");
    const plan = await post("/api/v1/plans", { caio_plan: 1, plan: { seq: ["a", { par: ["b", "c"] }] }, steps: { a: step, b: step, c: request("hello") } });
    expect(plan).toMatchObject({ status: 200, body: { promise: { own: { carbon: { coverage_ppm: 1_000_000, bound: { max_micros: 600_000 } } } } } });
    const cascade = await post("/api/v1/cascades", { caio_cascade: 1, try: step, verify: { ...step, data: { payload: { text: { $from: "try", pointer: "/by" } } } }, escalate: request("hello"), accept: { pointer: "/payload/text", equals: "near" } });
    expect(cascade).toMatchObject({ status: 200, body: { answered_by: "try", promise: { own: { carbon: { bound: { max_micros: 200_000 } } } } } });
  });

  it("refuses what is bounded for a whole plan, since that is not composed before it is chosen", async () => {
    const step = request("hello");
    expect(await post("/api/v1/plans", { caio_plan: 1, plan: "a", steps: { a: step }, guarantees: { carbon_grams: "1" } })).toMatchObject({ status: 400, body: { error: { code: "InvalidPlan" } } });
  });

  it("is the only one that knows them", async () => {
    const plain = await testGateway({ executor });
    const response = await plain.app.inject({ method: "POST", url: "/api/v1/services", headers: { authorization: `Bearer ${plain.admin}`, "content-type": "application/yaml" }, payload: contract("near", "0.1", "0.02", "local") });
    expect([response.statusCode, response.body]).toEqual([400, expect.stringContaining("carbon_grams")]);
    await plain.close();
  });
});

import { afterEach, describe, expect, it } from "vitest";

import { explanationReply, type ExplanationReply } from "../src/views/explanation/explain-past.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => { for (const close of closing.splice(0).reverse()) await close(); });

const SECRET = "the prompt of a person";
const contract = (id: string, cost: string, region: string): string => `
service_id: ${id}
version: 1.0.0
capabilities: [inference.chat]
guarantees: { latency_ms: 500 }
cost: { model: per_request, base_cost: "${cost}", currency: USD }
privacy: { data_locality: external, regions: [${region}] }
access: { public: true }
api: { protocol: inprocess }
`;

/** A gateway with a service for the EU, and a cheaper one that is not there. @param config - lines of it */
async function opened(config = ""): Promise<TestGateway> {
  const target = { execute: () => Promise.resolve({ output: 1 }), health: () => Promise.resolve({ healthy: true }) };
  const gateway = await testGateway({ targets: { europe: target, cheap: target }, config });
  closing.push(() => gateway.close());
  await register(gateway, contract("europe", "0.5", "eu"), contract("cheap", "0.0001", "us"));
  return gateway;
}

async function ask({ app, caller }: TestGateway, constraints: object = { regions: ["eu"] }): Promise<string> {
  const payload = { caio_request: 1, intent: { text: SECRET }, requirements: { capabilities: [{ type: "inference.chat" }], constraints } };
  return (await app.inject({ method: "POST", url: "/api/v1/route", headers: { authorization: `Bearer ${caller}` }, payload })).json<{ decision_id: string }>().decision_id;
}

async function look({ app, caller }: TestGateway, id: string, key = caller): Promise<ExplanationReply> {
  const { statusCode, body } = await app.inject({ url: `/api/v1/traces/${id}/explanation`, headers: { authorization: `Bearer ${key}` } });
  expect([statusCode, body]).toEqual([200, expect.anything()]);
  expect(body).not.toContain(SECRET);
  return explanationReply.parse(JSON.parse(body));
}

describe("the explanation of a decision", () => {
  it("says what would have changed it, each change decided again, while its request is remembered", async () => {
    const gateway = await opened();
    const id = await ask(gateway);
    const { basis, headline, rejected, counterfactual } = await look(gateway, id);
    expect([basis, headline]).toEqual(["inputs", "Chosen: europe (external) of 1 admitted pair."]);
    expect(rejected.join()).toContain("cheap: step 1, constraints");
    expect(counterfactual.flips[0]).toMatchObject({ change: { kind: "constraint", place: expect.stringContaining("regions") as unknown }, chosen: { service: "cheap", model: null }, share_ppm: 1_000_000 });
    expect(counterfactual.words[0]).toMatch(/^Nearest: without .* cheap would be chosen\.$/);
    expect(counterfactual.obstacles).toEqual([{ service: "cheap", model: null, demands: [expect.objectContaining({ kind: "constraint" })] }]);
    expect(counterfactual.tried).toBeGreaterThan(0);
  });

  it("keeps nobody waiting for a request with a list as long as its caller likes", async () => {
    const compliance = Array.from({ length: 900 }, (_, at) => `norm${String(at)}`);
    const payload = { caio_request: 1, requirements: { capabilities: [{ type: "inference.chat" }], privacy: { compliance } } };
    for (const config of ["", "what_if: { requests: 0 }\n"]) {
      const { app, caller } = await opened(config);
      const headers = { authorization: `Bearer ${caller}` };
      const { decision_id: id } = (await app.inject({ method: "POST", url: "/api/v1/route", headers, payload })).json<{ decision_id: string }>();
      const { statusCode, body } = await app.inject({ url: `/api/v1/traces/${id}/explanation`, headers });
      expect(body).toContain("More single changes than are decided again for one question");
      if (statusCode === 200) expect(explanationReply.parse(JSON.parse(body)).counterfactual.tried).toBe(0);
      else expect([config === "", statusCode]).toEqual([false, 404]);
    }
  });

  it("says as much as the receipt tells of one that is not: the same pairs kept out by the same, the same weights", async () => {
    const gateway = await opened();
    const without = await opened("what_if: { requests: 0 }\n");
    for (const constraints of [{ regions: ["eu"] }, {}]) {
      const [exact, told] = [await look(gateway, await ask(gateway, constraints)), await look(without, await ask(without, constraints))];
      expect(told).toMatchObject({ basis: "receipt", headline: exact.headline, rejected: exact.rejected, limits: exact.limits, promise: exact.promise });
      expect(told.counterfactual).toMatchObject({ obstacles: exact.counterfactual.obstacles, tried: null });
      const weights = ({ counterfactual }: ExplanationReply): readonly unknown[] => counterfactual.flips.filter(({ change }) => change.kind === "weight").map(({ change, chosen }) => [change.words, chosen?.service]).toSorted();
      expect(weights(told)).toEqual(weights(exact));
    }
  });

  it("is for who may see the decision", async () => {
    const gateway = await opened();
    const id = await ask(gateway);
    const made = await gateway.app.inject({ method: "POST", url: "/api/v1/keys", headers: { authorization: `Bearer ${gateway.admin}` }, payload: { subject: "other", tenant: "other", permissions: [] } });
    const status = async (key: string, of: string): Promise<number> => (await gateway.app.inject({ url: `/api/v1/traces/${of}/explanation`, headers: { authorization: `Bearer ${key}` } })).statusCode;
    expect(await status(made.json<{ key: string }>().key, id)).toBe(404);
    expect(await status(gateway.caller, "0".repeat(64))).toBe(404);
    expect(await status(gateway.caller, "nothing")).toBe(400);
    expect((await look(gateway, id, gateway.admin)).decision_id).toBe(id);
  });
});

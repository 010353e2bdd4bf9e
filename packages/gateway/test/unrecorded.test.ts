import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const contract = `
service_id: talker
version: 1.0.0
capabilities: [inference.chat]
access: { public: true }
cost: { model: free }
privacy: { data_locality: local }
api: { protocol: inprocess }
`;
const document = { caio_request: 1, intent: { text: "hello" }, requirements: { capabilities: [{ type: "inference.chat" }] }, data: { payload: { text: "hello" } } };

let gateway: TestGateway;
beforeAll(async () => {
  const target = { execute: () => Promise.resolve({ output: { choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }] } }), health: () => Promise.resolve({ healthy: true }) };
  gateway = await testGateway({ config: "record: false\nlearning: { interval_ms: 0 }\n", targets: { talker: target } });
  await register(gateway, contract);
});
afterAll(() => gateway.close());

const post = async (url: string, payload: object): Promise<{ readonly status: number; readonly headers: Record<string, unknown>; readonly body: Record<string, unknown> }> => {
  const { statusCode, headers, body } = await gateway.app.inject({ method: "POST", url, headers: { authorization: `Bearer ${gateway.caller}` }, payload });
  return { status: statusCode, headers, body: JSON.parse(body) as Record<string, unknown> };
};

describe("a gateway that keeps no record", () => {
  it("decides, calls and learns as ever, logs nothing and leads to no receipt", async () => {
    const chat = await post("/v1/chat/completions", { model: "caio:auto", messages: [{ role: "user", content: "hello" }] });
    expect([chat.status, chat.headers["caio-service"], chat.headers["caio-receipt"]]).toEqual([200, "talker", undefined]);
    const native = await post("/api/v1/orchestrate", document);
    const decision = native.body["decision"] as Record<string, unknown>;
    expect([native.status, decision["outcome"], decision["links"], decision["certificate_digest"]]).toEqual([200, "chosen", undefined, undefined]);
    const refused = await post("/api/v1/route", { ...document, requirements: { capabilities: [{ type: "nobody.has" }] } });
    expect(refused.body).toMatchObject({ outcome: "refused", code: "NoMatchingService" });
    const trace = await gateway.app.inject({ url: `/api/v1/traces/${String(decision["decision_id"])}`, headers: { authorization: `Bearer ${gateway.caller}` } });
    expect([trace.statusCode, gateway.core.traces.head.size]).toEqual([404, 0]);
    await gateway.core.orchestrator.learnNow();
    expect((await gateway.core.ports.stores.history.latest()).leaves.map(({ outcomes }) => outcomes)).toEqual([2]);
  });
});

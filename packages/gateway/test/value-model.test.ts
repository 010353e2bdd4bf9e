import { HashingEncoder, ValueEstimator } from "@caio/control";
import { fitValueModel } from "@caio/learning";
import { verifyBundle } from "@caio/verifier";
import { expect, it, onTestFinished } from "vitest";

import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const encoder = new HashingEncoder();
const sums = ["What is 3 + 4?", "What is 17 + 5?", "What is 8 + 90?", "What is 21 + 12?", "What is 6 + 7?"];
const books = ["Who wrote the novel Faust?", "Who wrote the novel Emma?", "Who wrote the novel Ulysses?", "Who wrote the novel Dracula?", "Who wrote the novel Momo?"];

/** One service that is good at sums, one that is good at books, as past outcomes say. */
function fitted(): ValueEstimator {
  const prompts = [...sums, ...books];
  const models = [{ id: "left", inputPrice: 1, outputPrice: 1 }, { id: "right", inputPrice: 1, outputPrice: 1 }];
  const scores = Float64Array.from(prompts.flatMap((_, at) => (at < sums.length ? [1, 0] : [0, 1])));
  const pairs = models.map(({ id }) => ({ service: id, model: null }));
  return new ValueEstimator(fitValueModel({ prompts, models, scores }, prompts.map((prompt) => encoder.features(prompt)), { encoderId: encoder.id, pairs, neighbours: 3 }));
}

async function open(values: ValueEstimator | undefined): Promise<TestGateway> {
  const gateway = await testGateway({
    config: "learning: { interval_ms: 0, online: {} }\n",
    policy: "caio_policy: 1\nid: house\nweights: { intent: 0, attention: 0, rl: 1, resonance: 0, cost: 0, risk: 0, latency: 0 }\n",
    ports: values === undefined ? {} : { values },
  });
  onTestFinished(() => gateway.close());
  await register(gateway, ...["left", "right"].map((id) => JSON.stringify({ service_id: id, version: "1.0.0", capabilities: ["text.answer"], access: { public: true }, cost: { model: "free" }, api: { protocol: "inprocess" } })));
  return gateway;
}

interface Routed {
  readonly decision_id: string;
  readonly selected: { readonly service: string };
}

async function ask(gateway: TestGateway, text: string): Promise<Routed> {
  const payload = { caio_request: 1, intent: { text, categories: [] }, requirements: { capabilities: [{ type: "text.answer" }] } };
  const { statusCode, body } = await gateway.app.inject({ method: "POST", url: "/api/v1/route", headers: { authorization: `Bearer ${gateway.caller}` }, payload });
  expect(statusCode).toBe(200);
  return JSON.parse(body) as Routed;
}

it("a gateway with a fitted model gives each request to who was good at its like; the receipt verifies and tells nothing of the text", async () => {
  const gateway = await open(fitted());
  for (const [text, service] of [["What is 44 + 2?", "left"], ["Who wrote the novel Heidi?", "right"], ["What is 9 + 19?", "left"]] as const) {
    const { selected, decision_id: id } = await ask(gateway, text);
    expect(selected.service, text).toBe(service);
    const { body: bundle } = await gateway.app.inject({ url: `/api/v1/traces/${id}/bundle`, headers: { authorization: `Bearer ${gateway.caller}` } });
    const { body: key } = await gateway.app.inject({ url: "/api/v1/log/key" });
    expect((await verifyBundle(bundle, { publicKey: key.trim() })).valid).toBe(true);
    expect(Buffer.from((JSON.parse(bundle) as { payload: string }).payload, "base64").toString()).not.toContain('"expected":');
  }
});

it("without the model both are worth the same to it", async () => {
  const gateway = await open(undefined);
  const rls = new Set<unknown>();
  const { decision_id: id } = await ask(gateway, "What is 44 + 2?");
  const { body: bundle } = await gateway.app.inject({ url: `/api/v1/traces/${id}/bundle`, headers: { authorization: `Bearer ${gateway.caller}` } });
  const statement = Buffer.from((JSON.parse(bundle) as { payload: string }).payload, "base64").toString();
  for (const [, rl] of statement.matchAll(/"rl":(-?\d+)/g)) rls.add(rl);
  // The weight, and the same for both.
  expect([...rls].sort()).toEqual(["0", "1000000"]);
});

it("a model of another encoder is refused at the start", async () => {
  const { model } = fitted();
  await expect(open(new ValueEstimator({ ...model, encoderId: "another-1" }))).rejects.toMatchObject({ code: "InvalidField" });
});

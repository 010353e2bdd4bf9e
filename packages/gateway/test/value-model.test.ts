import { HashingEncoder, ValueEstimator } from "@caio/control";
import { chooseByTrade, fitValueModel } from "@caio/learning";
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

/** @param prices - of a request, by service; free unless said */
async function open(values: ValueEstimator | undefined, { learning = "online: {}", cost = "0", prices = {} }: { readonly learning?: string; readonly cost?: string; readonly prices?: Readonly<Record<string, string>> } = {}): Promise<TestGateway> {
  const gateway = await testGateway({
    config: `learning: { interval_ms: 0, ${learning} }\n`,
    policy: `caio_policy: 1\nid: house\nlimits: { budget: "0.01" }\nweights: { intent: 0, attention: 0, rl: 1, resonance: 0, cost: ${cost}, risk: 0, latency: 0 }\n`,
    ports: values === undefined ? {} : { values },
  });
  onTestFinished(() => gateway.close());
  const costOf = (id: string): object => (prices[id] === undefined ? { model: "free" } : { model: "per_request", currency: "USD", base_cost: prices[id] });
  await register(gateway, ...["left", "right"].map((id) => JSON.stringify({ service_id: id, version: "1.0.0", capabilities: ["text.answer"], access: { public: true }, cost: costOf(id), api: { protocol: "inprocess" } })));
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

it("at a price it chooses as a value less a trade times the cost does: what the benchmark measures is what a decision is", async () => {
  const values = fitted();
  const gateway = await open(values, { learning: "model: model.json", cost: "1", prices: { left: "0.001", right: "0.0035" } });
  const texts = [...sums, ...books, "What is the novel?", "Who wrote 3 + 4?", "Hello there", "What did Emma write?", "Who is 12?", "What is a novel of 17 + 5 pages?"];
  const numbers = Float64Array.from(texts.flatMap((text) => [...values.estimate(encoder.features(text)).values].map((micros) => micros / 1e6)));
  const costs = Float64Array.from(texts.flatMap(() => [0.1, 0.35]));
  const expected = [...chooseByTrade({ width: 2, numbers }, { width: 2, numbers: costs }, 1)].map((place) => ["left", "right"][place]);
  const chosen: string[] = [];
  for (const text of texts) chosen.push((await ask(gateway, text)).selected.service);
  expect(chosen).toEqual(expected);
  expect(new Set(chosen).size).toBe(2);
});

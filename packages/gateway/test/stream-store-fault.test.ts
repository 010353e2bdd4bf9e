import { randomBytes } from "node:crypto";

import { OpenAiExecutor } from "@caio/adapters";
import { FakeOpenAiUpstream } from "@caio/fakes";
import { parsePolicySet } from "@caio/rules";
import { issueApiKey } from "@caio/security";
import { generateSigningKey, InMemoryTraceStore } from "@caio/traceability";
import { expect, it, onTestFinished } from "vitest";

import { memoryStores, openGateway, parseGatewayConfig, systemClock, systemDoor } from "../src/index.ts";

/** Keeps one decision; then its disk is full. */
class FullAfterOne extends InMemoryTraceStore {
  #decisions = 0;

  override async append(...[start, entries]: Parameters<InMemoryTraceStore["append"]>): Promise<void> {
    this.#decisions += entries.filter(({ keys }) => keys.kind === "decision").length;
    if (this.#decisions > 1) throw new Error("The disk is full.");
    await super.append(start, entries);
  }
}

it("a stream whose next decision cannot be logged ends with a word, and never cleanly", async () => {
  const upstreams = [await FakeOpenAiUpstream.start(), await FakeOpenAiUpstream.start()];
  const stores = { ...memoryStores(), traces: new FullAfterOne() };
  await stores.policies.put(parsePolicySet("caio_policy: 1\nid: house\nfallback: { max_attempts: 2, after_first_byte: resume }\n"));
  const { key, record } = issueApiKey({ subject: "test", issuer: "house", tenant: "acme", permissions: ["caio.admin"], trust: 8 }, { now: systemDoor.now(), random: (size) => randomBytes(size) });
  await stores.keys.add(record);
  const config = parseGatewayConfig("caio_gateway: 1\nlisten: { port: 0 }\nlog: { level: silent }\n");
  const gateway = await openGateway(config, { stores, executor: new OpenAiExecutor(), signingKey: generateSigningKey(), clock: systemClock, door: systemDoor }, "house");
  onTestFinished(async () => {
    await Promise.all(upstreams.map((upstream) => upstream.stop()));
    await gateway.close();
  });
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  for (const [at, { baseUrl }] of upstreams.entries()) {
    const contract = {
      ...{ service_id: `fake-${String(at)}`, version: "1.0.0", capabilities: ["inference.chat"], access: { public: true }, cost: { model: "free" } },
      ...{ privacy: { data_locality: "local" }, api: { protocol: "openai", base_url: baseUrl } },
    };
    expect((await gateway.app.inject({ method: "POST", url: "/api/v1/services", headers, payload: contract })).statusCode).toBe(201);
  }
  const body = { model: "caio:auto", stream: true, messages: [{ role: "user", content: "say it" }], metadata: { fault: "cut", after: "3", tokens: "9" } };
  const response = await fetch(`${await gateway.listen()}/v1/chat/completions`, { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(50_000) });
  let text = "";
  const broken = await (async () => {
    for await (const piece of response.body ?? []) text += Buffer.from(piece).toString();
  })().then(() => undefined, (error: unknown) => (error instanceof Error ? error.name : "unknown"));
  expect(text).toContain("t2 ");
  expect(text).toMatch(/data: \{"error":\{[^\n]*"code":"\w+"/);
  expect(text).not.toContain("[DONE]");
  expect(broken).toBe("TypeError");
});

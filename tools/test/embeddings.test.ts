import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { OpenAiExecutor } from "@caio/adapters";
import { memoryStores, openGateway, parseGatewayConfig, systemClock, systemDoor, type Gateway } from "@caio/gateway";
import { parsePolicySet } from "@caio/rules";
import { issueApiKey } from "@caio/security";
import { generateSigningKey } from "@caio/traceability";
import { verifyBundle } from "@caio/verifier";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, it } from "vitest";

const script = fileURLToPath(new URL("../gateway/use-embeddings-service.ts", import.meta.url));

let service: ChildProcess;
let gateway: Gateway;
let client: OpenAI;
let publicKey: string;

beforeAll(async () => {
  service = spawn(process.execPath, ["--import", "tsx", "-C", "@caio/source", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [baseUrl] = (await once(createInterface({ input: service.stdout ?? process.stdin }), "line")) as [string];
  const signingKey = generateSigningKey();
  const stores = memoryStores();
  await stores.policies.put(parsePolicySet("caio_policy: 1\nid: house\nlimits: { deadline_ms: 60000 }\n"));
  const { key, record } = issueApiKey({ subject: "test", issuer: "house", tenant: "acme", permissions: ["caio.admin"], trust: 8 }, { now: systemDoor.now(), random: (size) => randomBytes(size) });
  await stores.keys.add(record);
  const config = parseGatewayConfig("caio_gateway: 1\nlisten: { port: 0 }\nlog: { level: silent }\n");
  gateway = await openGateway(config, { stores, executor: new OpenAiExecutor(), signingKey, clock: systemClock, door: systemDoor }, "house");
  const contract = {
    ...{ service_id: "use", version: "1.0.0", capabilities: ["inference.embedding"], access: { public: true }, cost: { model: "free" }, privacy: { data_locality: "local" } },
    ...{ models: [{ id: "use-lite-en" }], api: { protocol: "openai", base_url: baseUrl } },
  };
  const { statusCode } = await gateway.app.inject({ method: "POST", url: "/api/v1/services", headers: { authorization: `Bearer ${key}` }, payload: contract });
  expect(statusCode).toBe(201);
  client = new OpenAI({ apiKey: key, baseURL: `${await gateway.listen()}/v1`, maxRetries: 0 });
  publicKey = (await gateway.app.inject({ url: "/api/v1/log/key" })).body.trim();
}, 60_000);
afterAll(async () => {
  await gateway.close();
  service.kill("SIGKILL");
});

const sentences = [
  "The cat sits on the mat.",
  "A kitten is lying on a rug.",
  "Stock markets fell sharply today.",
  "Share prices dropped on Friday.",
  "How do I bake a loaf of bread?",
  "Give me a recipe for sourdough.",
];

async function embed(input: string | string[], encoding?: "float" | "base64"): Promise<OpenAI.CreateEmbeddingResponse> {
  return await client.embeddings.create({ model: "caio:auto", input, ...(encoding === undefined ? {} : { encoding_format: encoding }) });
}

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? Number.NaN), 0) / (Math.hypot(...a) * Math.hypot(...b));
}

it("a real model is asked through the gateway: vectors in the order of the texts, each of length 1, and the tokens of all", async () => {
  const { data, model, usage } = await embed(sentences);
  expect(model).toBe("use-lite-en");
  expect(data.map(({ index, embedding }) => [index, embedding.length])).toEqual(sentences.map((_text, index) => [index, 512]));
  let tokens = 0;
  for (const [at, text] of sentences.entries()) {
    const alone = await embed(text, "float");
    tokens += alone.usage.prompt_tokens;
    const [vector = [], inBatch = []] = [alone.data[0]?.embedding, data[at]?.embedding];
    expect(Math.hypot(...inBatch)).toBeCloseTo(1, 5);
    expect(cosine(vector, inBatch), text).toBeGreaterThan(0.9999);
    for (const [other, { embedding }] of data.entries()) if (other !== at) expect(cosine(vector, embedding), `${text} / ${sentences[other] ?? ""}`).toBeLessThan(0.99);
  }
  expect(tokens).toBeGreaterThan(sentences.length * 4);
  expect([usage.prompt_tokens, usage.total_tokens]).toEqual([tokens, tokens]);
});

it("means something: every sentence is nearest to the one that says nearly the same", async () => {
  const { data } = await embed(sentences);
  const near = data.map(({ embedding }, at) => {
    const others = data.filter(({ index }) => index !== at).sort((a, b) => cosine(embedding, b.embedding) - cosine(embedding, a.embedding));
    return others[0]?.index;
  });
  expect(near).toEqual([1, 0, 3, 2, 5, 4]);
});

it("gives the same numbers as floats and in base64", async () => {
  const [floats, base64] = await Promise.all([embed("one text", "float"), client.embeddings.create({ model: "use-lite-en", input: "one text" })]);
  const [a = [], b = []] = [floats.data[0]?.embedding, base64.data[0]?.embedding];
  expect(b.length).toBe(512);
  expect(Math.max(...a.map((value, at) => Math.abs(value - (b[at] ?? 1))))).toBeLessThan(1e-6);
});

it("leaves a receipt that verifies", async () => {
  const { response } = await client.embeddings.create({ model: "caio:auto", input: "a text" }).withResponse();
  const receipt = new URL(response.headers.get("caio-receipt") ?? "", client.baseURL);
  const bundle = await fetch(receipt, { headers: { authorization: `Bearer ${String(client.apiKey)}` } });
  expect(response.headers.get("caio-service")).toBe("use");
  expect((await verifyBundle(await bundle.text(), { publicKey })).valid).toBe(true);
});

it("is told by a type what the model does not do", async () => {
  await expect(client.embeddings.create({ model: "caio:auto", input: "a text", dimensions: 64 })).rejects.toMatchObject({ status: 502, code: "ExecutionFailed" });
  await expect(client.embeddings.create({ model: "caio:auto", input: [1, 2, 3] })).rejects.toMatchObject({ status: 502, code: "ExecutionFailed" });
  expect((await embed("still there")).data).toHaveLength(1);
});

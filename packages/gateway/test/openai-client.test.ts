import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { testGateway, type TestGateway } from "./support/test-gateway.ts";
import { register } from "./support/register.ts";

const chat = `
service_id: talker
version: 1.0.0
capabilities: [inference.chat]
guarantees: { latency_ms: 500 }
cost: { model: free }
models: [{ id: talk-1 }, { id: talk-2 }]
privacy: { data_locality: local }
access: { public: true }
api: { protocol: inprocess }
`;
const embed = `
service_id: embedder
version: 1.0.0
capabilities: [inference.embedding]
cost: { model: free }
access: { public: true }
api: { protocol: inprocess }
`;

let gateway: TestGateway;
let client: OpenAI;
beforeAll(async () => {
  const health = (): Promise<{ healthy: boolean }> => Promise.resolve({ healthy: true });
  gateway = await testGateway({
    targets: {
      talker: { execute: ({ model }) => Promise.resolve({ output: { text: `I am ${String(model)}` }, usage: { inputTokens: 3, outputTokens: 4 } }), health },
      embedder: { execute: () => Promise.resolve({ output: { data: [{ object: "embedding", index: 0, embedding: [0.5, -1] }] } }), health },
    },
  });
  await register(gateway, chat, embed);
  client = new OpenAI({ apiKey: gateway.caller, baseURL: `${await gateway.listen()}/v1`, maxRetries: 0 });
});
afterAll(() => gateway.close());

describe("the client of OpenAI, unmodified", () => {
  it("chats with the model that was chosen, and with one that it names", async () => {
    const { data, response } = await client.chat.completions.create({ model: "caio:auto", messages: [{ role: "user", content: "Who are you?" }], temperature: 0.7 }).withResponse();
    expect(data.choices[0]?.message.content).toMatch(/^I am talk-[12]$/);
    expect(response.headers.get("caio-decision-id")).toMatch(/^[0-9a-f]{64}$/);
    const named = await client.chat.completions.create({ model: "talk-2", messages: [{ role: "user", content: "Who are you?" }] });
    expect([named.model, named.choices[0]?.message.content]).toEqual(["talk-2", "I am talk-2"]);
    expect(named.usage?.total_tokens).toBe(7);
  });

  it("embeds, and lists models", async () => {
    const { data } = await client.embeddings.create({ model: "caio:auto", input: "text", encoding_format: "float" });
    expect(data[0]?.embedding).toEqual([0.5, -1]);
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toEqual(["caio:auto", "talk-1", "talk-2"]);
    expect((await client.models.retrieve("talk-1")).owned_by).toBe("talker");
  });

  it("reads our errors as its own", async () => {
    const unknown = await client.chat.completions.create({ model: "none", messages: [{ role: "user", content: "?" }] }).catch((error: unknown) => error);
    expect(unknown).toBeInstanceOf(APIError);
    expect(unknown).toMatchObject({ status: 404, code: "NoMatchingService" });
    const strict = await client.chat.completions.create({ model: "caio:auto", messages: [{ role: "user", content: "?" }] }, { headers: { "caio-max-locality": "on_device" } }).catch((error: unknown) => error);
    expect(strict).toMatchObject({ status: 404, code: "NoMatchingService" });
    const malformed = await client.chat.completions.create({ model: "caio:auto", messages: [] }).catch((error: unknown) => error);
    expect(malformed).toMatchObject({ status: 400, code: "InvalidRequest" });
    const stranger = await new OpenAI({ apiKey: "sk-none", baseURL: client.baseURL, maxRetries: 0 }).models.list().catch((error: unknown) => error);
    expect(stranger).toMatchObject({ status: 401 });
  });
});

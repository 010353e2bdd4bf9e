import { fakeTokens } from "@caio/fakes";
import OpenAI, { APIError, type ClientOptions } from "openai";
import type { ChatCompletionCreateParamsNonStreaming, ChatCompletionMessageParam, ChatCompletionTool } from "openai/resources/chat/completions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { fakeBacked, type FakeBacked } from "./support/fake-backed.ts";

let house: FakeBacked;
let client: OpenAI;
beforeAll(async () => {
  house = await fakeBacked();
  client = clientOf({});
});
afterAll(() => house.close());

function clientOf(options: ClientOptions): OpenAI {
  return new OpenAI({ apiKey: house.caller, baseURL: house.baseURL, maxRetries: 0, ...options });
}

function chat(more: Partial<ChatCompletionCreateParamsNonStreaming> = {}): ChatCompletionCreateParamsNonStreaming {
  return { model: "caio:auto", messages: [{ role: "user", content: "say it" }], ...more };
}

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then((value) => expect.fail(`expected an error, got ${JSON.stringify(value)}`), (error: unknown) => error);
const seen = (): Record<string, unknown> => house.faulty.requests.at(-1) ?? {};

const tools: ChatCompletionTool[] = [{ type: "function", function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } } }];

describe("the client of OpenAI over a service behind the gateway", () => {
  it("chats, and every member that it names reaches the service, known or not", async () => {
    const { data, response } = await client.chat.completions
      .create({ ...chat({ temperature: 0.25, seed: 7, stop: ["x"], logit_bias: { 5: -1 }, metadata: { team: "a", "caio-action": "read" } }), new_member: { deep: [1, null] } } as ChatCompletionCreateParamsNonStreaming)
      .withResponse();
    expect(data).toMatchObject({ object: "chat.completion", model: "fake-1", choices: [{ message: { content: fakeTokens(5).join("") }, finish_reason: "stop" }], usage: { total_tokens: 12 } });
    expect(response.headers.get("caio-service")).toBe("first");
    expect(seen()).toMatchObject({ model: "fake-1", temperature: 0.25, seed: 7, stop: ["x"], logit_bias: { 5: -1 }, new_member: { deep: [1, null] }, metadata: { team: "a" } });
    expect(seen()["metadata"]).not.toHaveProperty("caio-action");
  });

  it("streams to the end, with the usage only if it is wanted", async () => {
    for (const wanted of [false, true]) {
      const stream = await client.chat.completions.create({ ...chat(), stream: true, ...(wanted ? { stream_options: { include_usage: true } } : {}) });
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe(fakeTokens(5).join(""));
      expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
      expect(chunks.filter(({ usage }) => usage !== undefined && usage !== null).map(({ usage, choices }) => [usage?.completion_tokens, choices.length])).toEqual(wanted ? [[5, 0]] : []);
      expect(chunks.flatMap(({ choices }) => choices.map((choice) => choice.finish_reason)).filter((reason) => reason !== null)).toEqual(["stop"]);
    }
  });

  it("gets one answer from its stream helper", async () => {
    const whole = await client.chat.completions.stream({ ...chat(), stream: true }).finalChatCompletion();
    expect(whole.choices[0]?.message.content).toBe(fakeTokens(5).join(""));
  });

  it.each([false, true])("calls a tool and comes back with its answer, streamed: %s", async (streamed) => {
    const asked: ChatCompletionMessageParam[] = [{ role: "user", content: "weather in Oslo?" }];
    const answer = async (messages: ChatCompletionMessageParam[]): Promise<OpenAI.ChatCompletion> =>
      streamed ? await client.chat.completions.stream({ ...chat({ messages, tools }), stream: true }).finalChatCompletion() : await client.chat.completions.create(chat({ messages, tools }));
    const first = (await answer(asked)).choices[0];
    expect([first?.finish_reason, first?.message.content]).toEqual(["tool_calls", null]);
    expect(first?.message.tool_calls).toMatchObject([{ id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } }]);
    if (first === undefined) return;
    const second = await answer([...asked, first.message, { role: "tool", tool_call_id: "call_1", content: "snow" }]);
    expect(second.choices[0]?.message.content).toBe("The tool said: snow");
    expect(seen()).toMatchObject({ tools, messages: [{ role: "user" }, { role: "assistant", tool_calls: [{ id: "call_1" }] }, { role: "tool", tool_call_id: "call_1", content: "snow" }] });
  });

  it("gets JSON if it asks for it, and as many choices as it asks for", async () => {
    const json_schema = { name: "answer", schema: { type: "object", properties: { answer: { type: "integer" } } } };
    const json = await client.chat.completions.create(chat({ response_format: { type: "json_schema", json_schema } }));
    expect(JSON.parse(json.choices[0]?.message.content ?? "")).toEqual({ answer: 42 });
    expect(seen()["response_format"]).toEqual({ type: "json_schema", json_schema });
    const plain = await client.chat.completions.create(chat({ n: 2 }));
    const streamed = await client.chat.completions.stream({ ...chat({ n: 2 }), stream: true }).finalChatCompletion();
    for (const { choices } of [plain, streamed]) expect(choices.map(({ index, message }) => [index, message.content])).toEqual([0, 1].map((index) => [index, fakeTokens(5).join("")]));
  });

  it("sends pictures and other parts as they are", async () => {
    const content = [{ type: "text" as const, text: "what is it?" }, { type: "image_url" as const, image_url: { url: "https://example.test/a.png" } }];
    await client.chat.completions.create(chat({ messages: [{ role: "developer", content: "be brief" }, { role: "user", content }] }));
    expect(seen()["messages"]).toEqual([{ role: "developer", content: "be brief" }, { role: "user", content }]);
  });

  it("embeds in the encoding that it asks for by itself", async () => {
    const { data, usage } = await client.embeddings.create({ model: "caio:auto", input: ["a", "b"] });
    expect(data.map(({ embedding }) => [...embedding])).toEqual([[0.25, -1], [0.25, -1]]);
    expect(usage.prompt_tokens).toBe(3);
  });

  it("lists the models", async () => {
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(["caio:auto", "fake-1"]);
    expect(await failure(client.models.retrieve("none"))).toMatchObject({ status: 404, code: "NotFound" });
  });
});

describe("errors reach it as its own", () => {
  it.each([
    [401, "authentication_error", () => clientOf({ apiKey: "sk-none" }).chat.completions.create(chat())],
    [402, "invalid_request_error", () => client.chat.completions.create(chat(), { headers: { "caio-max-cost": "0.001", "caio-currency": "USD" } })],
    [404, "invalid_request_error", () => client.chat.completions.create(chat({ model: "none" }))],
    [502, "api_error", () => client.chat.completions.create(chat({ metadata: { status: "500" } }))],
    [502, "api_error", () => client.chat.completions.create(chat({ metadata: { status: "400" } }))],
    [503, "api_error", () => client.chat.completions.create(chat({ metadata: { status: "503" } }))],
    [502, "api_error", () => client.chat.completions.create({ ...chat({ metadata: { status: "500" } }), stream: true })],
    [502, "api_error", () => client.chat.completions.create(chat({ metadata: { fault: "error_in_200" } }))],
  ])("%i %s", async (status, type, ask) => {
    const error = await failure(ask());
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status, type });
    expect(JSON.stringify(error)).not.toContain("secret prompt text");
  });

  it("says when to come back", async () => {
    const error = await failure(client.chat.completions.create(chat({ metadata: { status: "429" } })));
    expect(error).toMatchObject({ status: 503 });
    const headers: unknown = error instanceof APIError ? error.headers : undefined;
    expect(headers instanceof Headers ? headers.get("retry-after") : undefined).toBe("2");
  });

  it("429 for a key that asks too often, and when to come back", async () => {
    const small = await fakeBacked({ perMinute: 2 });
    try {
      const impatient = new OpenAI({ apiKey: small.caller, baseURL: small.baseURL, maxRetries: 0 });
      const asked = await Promise.allSettled(Array.from({ length: 6 }, () => impatient.chat.completions.create(chat())));
      const refused: unknown[] = asked.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
      expect(refused.length).toBeGreaterThanOrEqual(3);
      for (const error of refused) expect(error).toMatchObject({ status: 429, type: "rate_limit_error", code: "RateLimited" });
      const [{ headers } = { headers: undefined }] = refused as { headers: unknown }[];
      expect(Number(headers instanceof Headers ? headers.get("retry-after") : undefined)).toBeGreaterThan(0);
    } finally {
      await small.close();
    }
  });

  it("in a stream that broke: the words so far, and an error", async () => {
    const stream = await client.chat.completions.create({ ...chat({ metadata: { fault: "cut", after: "3" } }), stream: true });
    let text = "";
    const error = await failure((async () => {
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
    })());
    expect(text).toBe(fakeTokens(3).join(""));
    expect(error).toMatchObject({ code: "ServiceUnavailable" });
  });
});

describe("a client that goes away", () => {
  const closed = async (): Promise<void> => {
    await expect.poll(() => house.faulty.openStreams, { timeout: 20_000 }).toBe(0);
  };

  it("in a stream takes the upstream's with it", async () => {
    const stream = await client.chat.completions.create({ ...chat({ metadata: { tokens: "1000", delay_ms: "5" } }), stream: true });
    for await (const { choices } of stream) if (choices[0]?.delta.content === "t2 ") break;
    await closed();
  });

  it("before the answer, plain or streamed, too", async () => {
    for (const stream of [false, true]) {
      const leave = new AbortController();
      const before = house.faulty.requests.length;
      const asked = failure(client.chat.completions.create({ ...chat({ metadata: { fault: "stall", after: "0" } }), stream }, { signal: leave.signal }));
      while (stream && house.faulty.requests.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
      leave.abort();
      expect(await asked).toBeInstanceOf(OpenAI.APIUserAbortError);
      await closed();
    }
  });
});

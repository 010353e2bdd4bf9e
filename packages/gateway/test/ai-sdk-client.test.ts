import { createOpenAICompatible, type OpenAICompatibleProvider } from "@ai-sdk/openai-compatible";
import { fakeTokens } from "@caio/fakes";
import { embedMany, generateText, stepCountIs, streamText, tool } from "ai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

import { fakeBacked, type FakeBacked } from "./support/fake-backed.ts";

let house: FakeBacked;
let provider: OpenAICompatibleProvider;
beforeAll(async () => {
  house = await fakeBacked();
  provider = createOpenAICompatible({ name: "caio", baseURL: house.baseURL, apiKey: house.caller, includeUsage: true });
});
afterAll(() => house.close());

const weather = tool({ description: "The weather", inputSchema: z.object({ city: z.string() }), execute: ({ city }) => Promise.resolve(`snow in ${city}`) });

describe("the AI SDK, unmodified", () => {
  it("generates text, and knows what it used", async () => {
    const { text, usage, finishReason } = await generateText({ model: provider("caio:auto"), prompt: "say it" });
    expect([text, usage.outputTokens, finishReason]).toEqual([fakeTokens(5).join(""), 5, "stop"]);
  });

  it("streams text to the end", async () => {
    const { textStream, finishReason, usage } = streamText({ model: provider("fake-1"), prompt: "say it" });
    let text = "";
    for await (const piece of textStream) text += piece;
    expect([text, await finishReason, (await usage).totalTokens]).toEqual([fakeTokens(5).join(""), "stop", 12]);
  });

  it.each(["plain", "streamed"])("runs a loop of tools, %s", async (way) => {
    const asked = { model: provider("caio:auto"), prompt: "weather in Oslo?", tools: { weather }, stopWhen: stepCountIs(3) };
    const done = way === "plain" ? await generateText(asked) : streamText(asked);
    expect(await done.text).toBe('The tool said: snow in Oslo');
    const steps = await done.steps;
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(["tool-calls", "stop"]);
    expect(steps[0]?.toolCalls.map(({ toolName, input }) => [toolName, input])).toEqual([["weather", { city: "Oslo" }]]);
  });

  it("is told of a stream that broke", async () => {
    const errors: unknown[] = [];
    const metadata = { fault: "cut", after: "2" };
    const { fullStream } = streamText({ model: provider("caio:auto"), prompt: "say it", maxRetries: 0, providerOptions: { caio: { metadata } }, onError: ({ error }) => { errors.push(error); } });
    const kinds: string[] = [];
    // It reads on after the error, up to the end of the transfer, which never comes.
    await expect((async () => {
      for await (const { type } of fullStream) kinds.push(type);
    })()).rejects.toThrow();
    expect(kinds).toContain("error");
    expect(kinds.filter((kind) => kind === "text-delta")).toHaveLength(2);
    expect(errors.length).toBeGreaterThan(0);
  });

  it("embeds", async () => {
    const { embeddings } = await embedMany({ model: provider.embeddingModel("caio:auto"), values: ["a", "b"] });
    expect(embeddings).toEqual([[0.25, -1], [0.25, -1]]);
  });

  it("is told of errors", async () => {
    await expect(generateText({ model: provider("none"), prompt: "?", maxRetries: 0 })).rejects.toMatchObject({ statusCode: 404 });
  });
});

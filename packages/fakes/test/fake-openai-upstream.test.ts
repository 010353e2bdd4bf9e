import { afterAll, beforeAll, expect, it } from "vitest";

import { FakeOpenAiUpstream, fakeTokens, streamFaults } from "../src/index.ts";

let upstream: FakeOpenAiUpstream;
beforeAll(async () => {
  upstream = await FakeOpenAiUpstream.start();
});
afterAll(() => upstream.stop());

async function ask(metadata: Record<string, string>, more: object = {}): Promise<{ readonly text: string; readonly broken: boolean }> {
  let text = "";
  try {
    const body = JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: "?" }], metadata, ...more });
    const response = await fetch(`${upstream.baseUrl}/chat/completions`, { method: "POST", body, signal: AbortSignal.timeout(500) });
    const decoder = new TextDecoder();
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) text += decoder.decode(piece, { stream: true });
    return { text, broken: false };
  } catch {
    return { text, broken: true };
  }
}

const wordsIn = (text: string): string => [...text.matchAll(/"content":"(t\d+ )"/g)].map(([, word]) => word).join("");

it("gives a whole answer", async () => {
  const { text, broken } = await ask({ tokens: "4" });
  expect([wordsIn(text), broken]).toEqual([fakeTokens(4).join(""), false]);
  expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
});

it.each(streamFaults)("%s comes after the tokens that were wished for", async (fault) => {
  const { text, broken } = await ask({ fault, tokens: "4", after: "2" });
  const whole = fault === "no_done";
  expect(wordsIn(text)).toBe(fault === "reset_before_first_byte" ? "" : fakeTokens(whole ? 4 : 2).join(""));
  expect(text.includes('"finish_reason":"stop"')).toBe(whole);
  expect(broken).toBe(["cut", "reset", "stall", "garbage", "error_in_200", "reset_before_first_byte"].includes(fault));
});

it("counts what is open until whoever asked has left", async () => {
  await ask({ fault: "stall" });
  await expect.poll(() => upstream.openStreams, { timeout: 20_000 }).toBe(0);
});

import { afterAll, beforeAll, expect, it } from "vitest";

import { FakeOpenAiUpstream, fakeTokens, streamFaults, type StreamFault } from "../src/index.ts";

let upstream: FakeOpenAiUpstream;
beforeAll(async () => {
  upstream = await FakeOpenAiUpstream.start();
});
afterAll(() => upstream.stop());

/** What a stream says last that then stays open. */
const LAST: Partial<Record<StreamFault, string>> = { stall: '"t1 "', garbage: "no event", error_in_200: "overloaded" };
/** How long is listened for more after that, milliseconds. */
const LISTENED_MS = 100;

/** @param last - whoever asks leaves some time after this was said; absent: at the end */
async function ask(metadata: Record<string, string>, last?: string): Promise<{ readonly text: string; readonly broken: boolean }> {
  let text = "";
  const leave = new AbortController();
  try {
    const body = JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: "?" }], metadata });
    const response = await fetch(`${upstream.baseUrl}/chat/completions`, { method: "POST", body, signal: leave.signal });
    const decoder = new TextDecoder();
    let waiting = last;
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += decoder.decode(piece, { stream: true });
      if (waiting === undefined || !text.includes(waiting)) continue;
      waiting = undefined;
      setTimeout(() => { leave.abort(); }, LISTENED_MS);
    }
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
  const { text, broken } = await ask({ fault, tokens: "4", after: "2" }, LAST[fault]);
  const whole = fault === "no_done";
  expect(wordsIn(text)).toBe(fault === "reset_before_first_byte" ? "" : fakeTokens(whole ? 4 : 2).join(""));
  expect(text.includes('"finish_reason":"stop"')).toBe(whole);
  expect(broken).toBe(["cut", "reset", "stall", "garbage", "error_in_200", "reset_before_first_byte"].includes(fault));
});

it("counts what is open until whoever asked has left", async () => {
  await ask({ fault: "stall" }, "assistant");
  await expect.poll(() => upstream.openStreams, { timeout: 20_000 }).toBe(0);
});

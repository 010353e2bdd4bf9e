import { request as send } from "node:http";

import { fakeTokens, type StreamFault } from "@caio/fakes";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { fakeBacked, type FakeBacked } from "./fake-backed.ts";

/** Long enough for a busy machine, short enough that a stall is over soon. */
const PATIENCE_MS = 3000;
const TOKENS = 8;
const WHOLE = fakeTokens(TOKENS).join("");

/** What a reader of the whole stream made of it. */
interface Heard {
  readonly text: string;
  readonly whole: boolean;
}

/** Takes the end of the transfer for the end of the answer, and knows nothing of errors among events. */
function hearRaw({ baseURL, caller }: FakeBacked, metadata: Record<string, string>): Promise<Heard> {
  return new Promise((resolve) => {
    let text = "";
    const headers = { authorization: `Bearer ${caller}`, "content-type": "application/json" };
    const asked = send(`${baseURL}/chat/completions`, { method: "POST", headers, agent: false }, (answer) => {
      answer.setEncoding("utf8").on("data", (piece: string) => { text += piece; });
      answer.on("end", () => { resolve({ text: wordsIn(text), whole: answer.complete && answer.statusCode === 200 }); });
      answer.on("error", () => { resolve({ text: wordsIn(text), whole: false }); });
    });
    asked.end(JSON.stringify({ model: "caio:auto", stream: true, messages: [{ role: "user", content: "say it" }], metadata }));
  });
}

async function hearAsOpenAi({ baseURL, caller }: FakeBacked, metadata: Record<string, string>): Promise<Heard> {
  const client = new OpenAI({ apiKey: caller, baseURL, maxRetries: 0 });
  let text = "";
  try {
    const stream = await client.chat.completions.create({ model: "caio:auto", stream: true, messages: [{ role: "user", content: "say it" }], metadata });
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
    return { text, whole: true };
  } catch {
    return { text, whole: false };
  }
}

function wordsIn(events: string): string {
  return [...events.matchAll(/"content":"(t\d+ )"/g)].map(([, word]) => word).join("");
}

async function hearAll(house: FakeBacked, fault: StreamFault): Promise<readonly Heard[]> {
  const places = [0, 1, 5];
  const all = await Promise.all(places.flatMap((after) => [hearRaw, hearAsOpenAi].map((hear) => hear(house, { fault, after: String(after), tokens: String(TOKENS) }))));
  for (const { text, whole } of all) {
    expect(WHOLE.startsWith(text)).toBe(true);
    if (whole) expect(text).toBe(WHOLE);
  }
  await vi.waitFor(() => { expect(house.faulty.openStreams).toBe(0); }, { timeout: 20_000, interval: 5 });
  return all;
}

/** What readers make of streams that break in these ways, for tests. */
export function readBrokenStreams(faults: readonly StreamFault[]): void {
  describe.each([
    ["one service", { services: 1 }],
    ["two services, after the first byte an error", { services: 2, afterFirstByte: "error" }],
    ["two services, the second goes on", { services: 2, afterFirstByte: "resume" }],
  ] as const)("streams that break, %s", (_name, options) => {
    let house: FakeBacked;
    beforeAll(async () => {
      house = await fakeBacked({ ...options, patienceMs: PATIENCE_MS });
    });
    afterAll(() => house.close());

    it.each(faults)("%s is never taken for a whole answer", async (fault) => {
      const all = await hearAll(house, fault);
      if (options.services === 1) {
        expect(all.filter(({ whole }) => whole)).toEqual([]);
        // The words before the fault came through: it met an answer under way.
        if (fault !== "reset_before_first_byte") expect(all.filter(({ text }) => text !== "").length).toBe(fault === "no_done" ? 6 : 4);
      } else if (options.afterFirstByte === "resume" && fault !== "no_done") expect(all.filter(({ whole }) => !whole)).toEqual([]);
    });
  });
}

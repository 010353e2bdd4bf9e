import type { JsonObject } from "@caio/core";
import { CaioError } from "@caio/core";
import type { ServiceCall, ServiceContract, ServiceStreamEvent } from "@caio/contracts";
import { FakeOpenAiUpstream, fakeTokens, streamFaults, type StreamFault } from "@caio/fakes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { OpenAiExecutor } from "../src/index.ts";
import { callTo, contractFor, noSignal, rejection } from "./sample-call.ts";

let upstream: FakeOpenAiUpstream;
const executor = new OpenAiExecutor({ resolveSecret: () => "sk-planted" });

beforeAll(async () => {
  upstream = await FakeOpenAiUpstream.start();
});
afterAll(async () => {
  await executor.close();
  await upstream.stop();
});

function contract(more: Partial<ServiceContract["api"]> = {}): ServiceContract {
  return contractFor({ protocol: "openai", baseUrl: upstream.baseUrl, auth: { scheme: "bearer", secret: "env:KEY" }, ...more });
}

function chat(metadata: Record<string, string>, more: JsonObject = {}, different: Partial<ServiceCall> = {}): ServiceCall {
  const payload = { model: "left-alone", messages: [{ role: "user", content: "secret prompt text" }], metadata, ...more };
  return callTo(contract(), { payload, ...different });
}

async function collect(call: ServiceCall, signal = noSignal()): Promise<{ events: ServiceStreamEvent[]; error: unknown }> {
  const events: ServiceStreamEvent[] = [];
  try {
    for await (const event of executor.stream(call, signal)) events.push(event);
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}

function textOf(events: readonly ServiceStreamEvent[]): string {
  return events
    .map((event) => {
      const value = event.kind === "delta" ? (event.value as { choices: { delta: { content?: string } }[] }) : undefined;
      return value?.choices[0]?.delta.content ?? "";
    })
    .join("");
}

/** No stream stays open. */
async function closed(each: FakeOpenAiUpstream): Promise<void> {
  await expect.poll(() => each.openStreams, { timeout: 20_000 }).toBe(0);
}

describe("a plain call", () => {
  it("posts the payload with the model, the cap and the secret, and reads the usage", async () => {
    const call = chat({ tokens: "2" }, { max_completion_tokens: 900, stream: true }, { model: "chosen", maxOutputTokens: 50 });
    const { output, usage } = await executor.execute(call, noSignal());
    expect(usage).toEqual({ inputTokens: 7, outputTokens: 2 });
    expect(output).toMatchObject({ model: "chosen", choices: [{ message: { content: "t0 t1 " } }] });
    expect(upstream.requests.at(-1)).toEqual({
      model: "chosen",
      messages: [{ role: "user", content: "secret prompt text" }],
      metadata: { tokens: "2" },
      max_completion_tokens: 50,
    });
    expect(upstream.headers.at(-1)).toMatchObject({ authorization: "Bearer sk-planted", "idempotency-key": "attempt-1" });
  });

  it("gives a payload without a cap one, and leaves a smaller one", async () => {
    await executor.execute(chat({}, {}, { maxOutputTokens: 50 }), noSignal());
    expect(upstream.requests.at(-1)).toMatchObject({ max_tokens: 50, model: "left-alone" });
    await executor.execute(chat({}, { max_tokens: 3 }, { maxOutputTokens: 50 }), noSignal());
    expect(upstream.requests.at(-1)).toMatchObject({ max_tokens: 3 });
    // The cap is that of all choices together.
    await executor.execute(chat({}, { max_tokens: 30, n: 4 }, { maxOutputTokens: 50 }), noSignal());
    expect(upstream.requests.at(-1)).toMatchObject({ max_tokens: 12, n: 4 });
    await expect(executor.execute(chat({}, { n: 51 }, { maxOutputTokens: 50 }), noSignal())).rejects.toMatchObject({ code: "ExecutionFailed", details: { not_sent: true } });
  });

  it.each([
    ["the capability of the endpoint", { endpoints: [{ capability: "text.embed" }] }],
    ["the path of the endpoint", { endpoints: [{ path: "/embeddings" }] }],
    ["what is sent", {}],
  ])("finds embeddings by %s, and streams them in one delta", async (_name, api) => {
    const call = callTo(contract(api), { payload: { input: "text" }, maxOutputTokens: 5 });
    const result = await executor.execute(call, noSignal());
    expect(result).toMatchObject({ usage: { inputTokens: 3, outputTokens: 0 }, output: { data: [{ embedding: [0.25, -1] }] } });
    expect(upstream.requests.at(-1)).toEqual({ input: "text" });
    const { events, error } = await collect(call);
    expect(error).toBeUndefined();
    expect(events.map(({ kind }) => kind)).toEqual(["delta", "end"]);
  });

  it.each([
    [429, "ServiceUnavailable"],
    [500, "ExecutionFailed"],
    [503, "ServiceUnavailable"],
    [504, "DeadlineExceeded"],
  ])("takes status %i for %s, plain and streamed, with what the service says of when and why", async (status, code) => {
    const call = chat({ status: String(status) });
    const streamed = await collect(call);
    for (const error of [await rejection(executor.execute(call, noSignal())), streamed.error]) {
      expect(error).toMatchObject({ code, details: { status, remote_code: "fake_error", retry_after_ms: 2000 } });
      expect(JSON.stringify(error)).not.toMatch(/secret prompt|sk-planted/);
    }
  });

  it("takes an error in a 200 for an error", async () => {
    const error = await rejection(executor.execute(chat({ fault: "error_in_200" }), noSignal()));
    expect(error).toMatchObject({ code: "ExecutionFailed", details: { reason: "error_event", remote_code: "overloaded" } });
  });

  it("refuses a payload that is no object", async () => {
    await expect(executor.execute(callTo(contract(), { payload: "text" }), noSignal())).rejects.toMatchObject({ code: "ExecutionFailed", details: { not_sent: true } });
  });
});

describe("a stream", () => {
  it("gives the chunks as they came, then one end with the answer put together", async () => {
    const { events, error } = await collect(chat({ tokens: "3" }));
    expect(error).toBeUndefined();
    expect(textOf(events)).toBe("t0 t1 t2 ");
    expect(events.at(-1)).toMatchObject({
      kind: "end",
      finish: "stop",
      usage: { inputTokens: 7, outputTokens: 3 },
      output: { object: "chat.completion", id: "fake-1", choices: [{ index: 0, message: { role: "assistant", content: "t0 t1 t2 " }, finish_reason: "stop" }] },
    });
    expect(events.filter(({ kind }) => kind === "end")).toHaveLength(1);
    expect(events.map((event) => (event.kind === "delta" ? event.outputTokens : "end"))).toEqual([0, 1, 1, 1, 0, "end"]);
    expect(JSON.stringify(events.slice(0, -1))).not.toContain("usage");
    expect(upstream.requests.at(-1)).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it("shows the usage to a caller who asks for it", async () => {
    const { events } = await collect(chat({}, { stream_options: { include_usage: true } }));
    expect(events.at(-2)).toMatchObject({ value: { choices: [], usage: { completion_tokens: 5 } }, outputTokens: 0 });
  });

  it("says nothing before the first word, so that another service can still answer", async () => {
    const { events, error } = await collect(chat({ fault: "cut", after: "0" }));
    expect(events).toEqual([]);
    expect(error).toMatchObject({ code: "ServiceUnavailable", details: { reason: "cut" } });
  });

  it("goes on where another stopped", async () => {
    const first = await collect(chat({ fault: "cut", after: "2", tokens: "5" }));
    const deltas = first.events.flatMap((event) => (event.kind === "delta" ? [event.value] : []));
    const second = chat({ tokens: "5" }, {}, { resume: { deltas } });
    expect(executor.resumable(second)).toBe(true);
    const { events, error } = await collect(second);
    expect(error).toBeUndefined();
    expect(textOf([...first.events, ...events])).toBe(fakeTokens(5).join(""));
    expect(events.at(-1)).toMatchObject({ output: { choices: [{ message: { content: fakeTokens(5).join("") } }] } });
    expect(upstream.requests.at(-1)).toMatchObject({ messages: [{}, { role: "assistant", content: "t0 t1 " }] });
  });

  it.each([
    ["tool calls", [{ choices: [{ index: 0, delta: { tool_calls: [{ index: 0 }] } }] }], {}],
    ["a second choice", [{ choices: [{ index: 1, delta: { content: "a" } }] }], {}],
    ["a choice that has ended", [{ choices: [{ index: 0, delta: { content: "a" }, finish_reason: "stop" }] }], {}],
    ["another protocol", ["a", "b"], {}],
    ["nothing said", [{ choices: [{ index: 0, delta: { role: "assistant" } }] }], {}],
    ["JSON", [{ choices: [{ index: 0, delta: { content: "{" } }] }], { response_format: { type: "json_object" } }],
  ])("cannot go on with %s", (_name, deltas, more) => {
    expect(executor.resumable(chat({}, more, { resume: { deltas } }))).toBe(false);
  });

  it("ends by its deadline", async () => {
    const { error } = await collect(chat({ fault: "stall", after: "1" }, {}, { deadlineUs: 60_000 }));
    expect(error).toMatchObject({ code: "DeadlineExceeded" });
    await closed(upstream);
  });

  it("keeps the connection of a whole answer, and closes that of any other", async () => {
    const own = await FakeOpenAiUpstream.start();
    const ownExecutor = new OpenAiExecutor();
    const ask = (metadata: Record<string, string>): AsyncIterable<ServiceStreamEvent> =>
      ownExecutor.stream(callTo(contractFor({ protocol: "openai", baseUrl: own.baseUrl }), { payload: { messages: [], metadata } }), noSignal());
    for (let index = 0; index < 5; index++) {
      for await (const event of ask({ tokens: "2" })) expect(event).toBeDefined();
      await closed(own);
    }
    // A second connection is opened if the first has not yet seen the end of the answer before.
    expect(own.openSockets).toBeLessThanOrEqual(2);
    for await (const event of ask({ fault: "stall", after: "2" })) if (event.kind === "delta" && event.outputTokens === 1) break;
    await closed(own);
    for await (const event of ask({ hold: "yes" })) expect(event).toBeDefined();
    expect(own.openStreams).toBe(1);
    await closed(own);
    await ownExecutor.close();
    await own.stop();
  });
});

const REASONS: Readonly<Record<StreamFault, readonly string[]>> = {
  cut: ["cut"],
  reset: ["reset", "cut"],
  stall: [],
  garbage: ["garbage"],
  error_in_200: ["error_event"],
  clean_end: ["no_finish"],
  early_done: ["early_done"],
  no_done: ["no_done"],
  reset_before_first_byte: ["no_answer"],
};

describe("a fault", () => {
  it.each(streamFaults)("%s after k of 0 to 20 tokens is an error of the closed list, after exactly k tokens, and never an answer", async (fault) => {
    const runs = Array.from({ length: 21 }, async (_, after) => {
      const deadlineUs = fault === "stall" ? 1_500_000 : 20_000_000;
      const { events, error } = await collect(chat({ fault, after: String(after), tokens: "21" }, {}, { deadlineUs }));
      return { after, events, error };
    });
    for (const { after, events, error } of await Promise.all(runs)) {
      expect(events.some(({ kind }) => kind === "end")).toBe(false);
      expect(error).toBeInstanceOf(CaioError);
      if (!(error instanceof CaioError)) continue;
      if (fault === "stall") expect(error.code).toBe("DeadlineExceeded");
      else expect(REASONS[fault]).toContain(error.details["reason"]);
      // A reset may overtake tokens that were sent before it.
      const expected = fault === "reset_before_first_byte" ? 0 : fault === "no_done" ? 21 : after;
      const shown = textOf(events);
      if (fault === "reset") expect(fakeTokens(21).join("").startsWith(shown)).toBe(true);
      else expect(shown).toBe(fakeTokens(expected).join(""));
      expect(JSON.stringify(error)).not.toMatch(/secret prompt|sk-planted/);
    }
    await closed(upstream);
  });
});

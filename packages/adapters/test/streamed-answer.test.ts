import { describe, expect, it } from "vitest";

import { StreamedAnswer } from "../src/openai/streamed-answer.ts";

describe("an answer put together from chunks", () => {
  it("has its choices in order, with texts and tool calls as a plain answer would have them", () => {
    const answer = new StreamedAnswer(2, "");
    const take = (choices: object[]): unknown => answer.take(JSON.parse(JSON.stringify({ id: "x", created: 1, model: "m", choices })) as never);
    expect(take([{ index: 1, delta: { role: "assistant", content: "" }, finish_reason: null }])).toEqual({ tokens: 0, ends: false });
    expect(take([{ index: 1, delta: { content: "b" } }, { index: 0, delta: { tool_calls: [{ index: 1, id: "c2", type: "function", function: { name: "g", arguments: "" } }] } }])).toEqual({ tokens: 2, ends: false });
    take([{ index: 0, delta: { tool_calls: [{ index: 0, id: "c1", type: "function", function: { name: "f", arguments: '{"a"' } }] } }]);
    take([{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: ":1}" } }, { index: 1, function: { arguments: "{}" } }] } }]);
    expect(answer.finished).toBe(false);
    expect(take([{ index: 0, delta: {}, finish_reason: "tool_calls" }])).toEqual({ tokens: 0, ends: true });
    expect(answer.finished).toBe(false);
    take([{ index: 1, delta: {}, finish_reason: "stop" }]);
    expect(answer.finished).toBe(true);
    expect(answer.finish).toBe("tool_calls");
    expect(answer.whole()).toEqual({
      ...{ id: "x", object: "chat.completion", created: 1, model: "m" },
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: null,
            tool_calls: [
              { id: "c1", type: "function", function: { name: "f", arguments: '{"a":1}' } },
              { id: "c2", type: "function", function: { name: "g", arguments: "{}" } },
            ],
          },
          finish_reason: "tool_calls",
        },
        { index: 1, message: { role: "assistant", content: "b" }, finish_reason: "stop" },
      ],
    });
  });

  it("is not finished before every choice that was asked for is", () => {
    const answer = new StreamedAnswer(2, "");
    answer.take({ choices: [{ index: 0, delta: { content: "a" }, finish_reason: "stop" }] });
    expect(answer.finished).toBe(false);
  });

  it.each([
    ["has no choices", { id: "x" }],
    ["has a choice that is none", { choices: [7] }],
    ["has a choice far out", { choices: [{ index: 1e6, delta: { content: "a" } }] }],
  ])("takes no chunk that %s", (_name, chunk) => {
    expect(new StreamedAnswer(1, "").take(chunk)).toBeUndefined();
  });

  it("takes no more words of a choice that has ended, but a late empty chunk", () => {
    const answer = new StreamedAnswer(1, "");
    answer.take({ choices: [{ index: 0, delta: { content: "a" }, finish_reason: "stop" }] });
    expect(answer.take({ choices: [{ index: 0, delta: { content: "" } }] })).toEqual({ tokens: 0, ends: false });
    expect(answer.take({ choices: [{ index: 0, delta: { content: "b" } }] })).toBeUndefined();
  });
});

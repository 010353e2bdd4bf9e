import type { IncomingHttpHeaders } from "node:http";

import { stampedSize, type RequestDocument } from "@caio/contracts";
import { describe, expect, it } from "vitest";

import { chatDocument } from "../src/openai/openai-request.ts";

const asked = (headers: IncomingHttpHeaders, metadata?: Record<string, string>): RequestDocument =>
  chatDocument({ model: "caio:auto", messages: [{ role: "user", content: "?" }], ...(metadata === undefined ? {} : { metadata }) }, headers);

describe("the terms of an OpenAI request", () => {
  it("are what a header says, else what the metadata says, in either spelling", () => {
    expect(asked({ "caio-regions": "eu" }, { "caio-regions": "us" }).requirements.constraints.regions).toEqual(["eu"]);
    expect(asked({}, { caio_regions: "us, eu" }).requirements.constraints.regions).toEqual(["eu", "us"]);
    expect(asked({ "caio-approval": "apr-1" }, { caio_approval: "apr-1" }).limits).toEqual({});
  });

  it("are not taken away by a header with nothing in it", () => {
    expect(asked({ "caio-regions": " " }, { "caio-regions": "us" }).requirements.constraints.regions).toEqual(["us"]);
  });

  it.each([
    ["a header that is misspelt", { "caio-region": "eu" }, undefined],
    ["a header with underscores, which is none of ours", { caio_regions: "eu" }, undefined],
    ["metadata that is misspelt", {}, { "caio-data-label": "health" }],
  ])("refuse %s", (_what, headers, metadata) => {
    expect(() => asked(headers, metadata)).toThrow(/is no word of this gateway/);
  });

  it("say of fallback yes or no, and nothing else", () => {
    expect([asked({ "caio-fallback": "false" }), asked({ "caio-fallback": "true" }), asked({})].map(({ fallback }) => fallback)).toEqual([false, true, true]);
    expect(() => asked({ "caio-fallback": "no" })).toThrow(/fallback/);
  });
});

describe("what a chat request may count", () => {
  const ask = (more: object): RequestDocument => chatDocument({ model: "caio:auto", messages: [{ role: "user", content: "?" }], ...more }, {}, 1000);

  it("is on the way out its limit for every choice", () => {
    expect(ask({ max_tokens: 100 }).size.maxOutputTokens).toBe(100);
    expect(ask({ max_tokens: 100, n: 16 }).size.maxOutputTokens).toBe(1600);
    expect(ask({ n: 16 }).size.maxOutputTokens).toBeUndefined();
  });

  it("is on the way in its bytes, and for each part that is not text what the operator says", () => {
    expect(ask({}).size.inputTokens).toBeUndefined();
    const picture = { type: "image_url", image_url: { url: "https://a.example" } };
    const messages = [{ role: "user", content: [{ type: "text", text: "What?" }, picture, picture] }];
    const document = ask({ messages });
    const bytes = stampedSize(ask({ messages: [] })).bytes ?? 0;
    expect(document.size.inputTokens).toBeGreaterThan(2000 + bytes);
    expect(stampedSize(document)).toMatchObject({ inputTokens: document.size.inputTokens });
    // Whatever the terms are, they are those of this request alone.
    expect(ask({ messages: [{ role: "user", content: "What?" }] }).size.inputTokens).toBeUndefined();
  });
});

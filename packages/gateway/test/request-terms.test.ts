import type { IncomingHttpHeaders } from "node:http";

import type { RequestDocument } from "@caio/contracts";
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

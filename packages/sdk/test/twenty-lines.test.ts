import { readFile } from "node:fs/promises";

import { CaioError } from "@caio/core";
import { expect, it } from "vitest";

import { defineService } from "../src/index.ts";
import { sampleContract } from "./sample-contract.ts";

it("needs about twenty lines for a service with a contract", async () => {
  // The service of the README, under a contract of the tests.
  const wordCount = defineService({
    contract: sampleContract(),
    initialize: () => new Intl.Segmenter("en", { granularity: "word" }),
    execute: (payload, { state, signal }) => {
      signal.throwIfAborted();
      if (typeof payload !== "string") throw new CaioError("InvalidRequest", "Send the text as a JSON string.");
      return { words: [...state.segment(payload)].filter((part) => part.isWordLike).length };
    },
    verifyGuarantees: (_payload, output) =>
      JSON.stringify(output).includes("words") ? [] : [{ property: "output_schema", reason: "words is missing" }],
  });
  const listening = await wordCount.listen({ port: 0, host: "127.0.0.1" });
  const headers = { "content-type": "application/json" };
  const counted = await fetch(`${listening.url}/echo`, { method: "POST", headers, body: '"three small words"' });
  expect(await counted.json()).toEqual({ words: 3 });
  const refused = await fetch(`${listening.url}/echo`, { method: "POST", headers, body: "3" });
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: { code: "InvalidRequest" } }]);
  await listening.close();

  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  expect(example.trimEnd().split("\n").length).toBeLessThanOrEqual(24);
});

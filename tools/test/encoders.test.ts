import { HashingEncoder } from "@caio/control";
import { FakeEmbeddings } from "@caio/fakes";
import { EmbeddingsEncoder } from "@caio/adapters";
import { expect, it, onTestFinished } from "vitest";

import { measureEncoder, textOf } from "../encoders/measure-encoder.ts";

it("what is measured of an encoder is measured of each text once, and of known texts no more", async () => {
  const endpoint = await FakeEmbeddings.start(64);
  onTestFinished(() => endpoint.stop());
  const encoder = new EmbeddingsEncoder({ baseUrl: endpoint.baseUrl, model: "letters", dimensions: 64, locality: "local" });
  const { loadMs, lengths } = await measureEncoder(["fake", () => Promise.resolve({ encoder, close: () => encoder.close() })], { services: 25, runs: 1, texts: 3 });
  expect(loadMs).toBeGreaterThanOrEqual(0);
  expect(lengths.map(({ units }) => units)).toEqual([60, 1000]);
  for (const { alone, among, known, decision, decisionKnown } of lengths) for (const runs of [alone, among, known, decision, decisionKnown]) expect(runs).toHaveLength(1);
  const asked = endpoint.inputs.flat();
  // 25 contracts; then a warm-up and a run of two lengths with 3 texts alone, 3 together and 3 decided on.
  expect(asked.length).toBe(25 + 2 * 2 * 9);
  expect(new Set(asked).size).toBe(asked.length);
});

it("the texts of a measurement are as long as they should be, and no two are the same", () => {
  const texts = Array.from({ length: 50 }, (_, number) => textOf(60, number));
  expect(new Set(texts).size).toBe(50);
  for (const text of texts) expect(text).toHaveLength(60);
});

it("measures the hashing encoder, too", async () => {
  const { lengths } = await measureEncoder(["hashing", () => Promise.resolve({ encoder: new HashingEncoder(), close: () => Promise.resolve() })], { services: 25, runs: 1, texts: 2 });
  for (const { decision } of lengths) expect(decision[0]).toBeGreaterThan(0);
});

import type { OutcomeTable } from "@caio/learning";
import { expect, it } from "vitest";

import { playFeedback } from "../feedback/play-feedback.ts";

/** Three models that answer everything alike: worth 0.2, 0.5 and 0.8. */
const prompts = Array.from({ length: 40 }, (_, at) => `Question ${String(at)} about ${["ships", "birds", "rain", "bread"][at % 4] ?? ""}`);
const scores = [0.2, 0.5, 0.8];
const table: OutcomeTable = {
  prompts,
  models: scores.map((_, at) => ({ id: `m${String(at)}`, inputPrice: 1, outputPrice: 1 })),
  scores: Float64Array.from(prompts.flatMap(() => scores)),
};

it("what is said of a fifth of the answers finds the best model if successes wait for it; where they count it does not", () => {
  const play = (successes: "count" | "wait", judged: number): number => [1, 2, 3, 4, 5, 6].reduce((sum, seed) => sum + playFeedback({ table, requests: 600, judged, delay: 20, seed, successes }), 0) / 6;
  const [wait, count, none] = [play("wait", 0.2), play("count", 0.2), play("wait", 0)];
  expect(wait).toBeGreaterThan(0.75);
  expect(count).toBeLessThan(wait);
  // Without a word all are alike.
  expect(none).toBeGreaterThan(0.4);
  expect(none).toBeLessThan(0.6);
});

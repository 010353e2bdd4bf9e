import { join } from "node:path";

import { selectPrompts } from "@caio/learning";
import { expect, it } from "vitest";

import { promptFeatures } from "../routing/prompt-features.ts";
import { readOutcomes } from "../routing/routing-data.ts";
import { reportOf } from "../routing/routing-report.ts";
import { runRouting } from "../routing/run-routing.ts";

const data = process.env["CAIO_DATA"];
it.skipIf(data === undefined)("gains on measured outcomes, on a sample of them", async () => {
  const table = readOutcomes(join(data ?? "", "ulab-llmrouter"), "ulab");
  const sample = selectPrompts(table, [...table.prompts.keys()].filter((place) => place % 20 === 0));
  const report = reportOf(runRouting({ table: sample, seen: await promptFeatures(sample.prompts, "hashing", () => undefined) }, { seed: 1, outputTokens: 100, progress: () => undefined }), 1, 50);
  const [caio, oracle] = [report.methods.at(-1), report.fixed.at(-1)];
  expect(caio?.area.value).toBeGreaterThan(0.4);
  expect(oracle?.quality.value).toBeGreaterThan(caio?.best.quality.value ?? 1);
});

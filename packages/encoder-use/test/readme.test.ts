import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it("the example of the README is the one that is type-checked, and it runs", async () => {
  const [readme, example] = await Promise.all([readFile(here("../README.md"), "utf8"), readFile(here("examples/readme.ts"), "utf8")]);
  expect(readme).toContain("```ts\n" + example.replace('\nimport { openUseEncoder } from "../../src/index.ts"', 'import { openUseEncoder } from "@caio/encoder-use"') + "```");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "-C", "@caio/source", here("examples/readme.ts")], { encoding: "utf8", timeout: 120_000 });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const scores = [...stdout.matchAll(/ (\d+)$/gm)].map(([, score]) => Number(score));
  expect(scores).toHaveLength(2);
  expect(scores[1]).toBeGreaterThan(scores[0] ?? Number.POSITIVE_INFINITY);
  expect(stdout).toMatch(/^1024$/m);
}, 120_000);

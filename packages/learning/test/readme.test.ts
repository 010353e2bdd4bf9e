import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it("the example of the README is the one that is type-checked, and it runs", async () => {
  const [readme, example] = await Promise.all([readFile(here("../README.md"), "utf8"), readFile(here("examples/readme.ts"), "utf8")]);
  expect(readme).toContain("```ts\n" + example.replace('from "../../src/index.ts"', 'from "@caio/learning"') + "```");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "-C", "@caio/source", here("examples/readme.ts")], { encoding: "utf8", timeout: 60_000 });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const [small = 0, big = 0] = ["small", "big"].map((service) => Number(new RegExp(`^${service} (\\d+)$`, "m").exec(stdout)?.[1]));
  expect(big).toBeGreaterThan(small);
});

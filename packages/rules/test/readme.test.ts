import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { celMacros, celMethods, celProfile, policyDefaults } from "../src/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the README states the bounds, macros, functions and defaults that the code has", () => {
  for (const macro of celMacros) expect(readme).toContain(`.${macro}`);
  for (const method of celMethods) expect(readme).toContain(`.${method}(`);
  for (const bound of [String(celProfile.maxSource), String(celProfile.maxBrackets), `${String(celProfile.maxNodes)}, ${String(celProfile.maxDepth)}`, "1 048 576", String(celProfile.maxListItems)]) {
    expect(readme).toContain(bound);
  }
  expect(celProfile.maxCost).toBe(1_048_576);
  for (const [name, value] of Object.entries(policyDefaults.weights)) expect(readme).toContain(`${name} ${value}`);
  for (const [name, value] of Object.entries(policyDefaults.control)) expect(readme).toContain(`${name} ${value}`);
});

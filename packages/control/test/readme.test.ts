import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

it("names only what the package exports", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const table = readme.slice(readme.indexOf("## Main exports"), readme.indexOf("## Arithmetic"));
  const doors = readFileSync(join(import.meta.dirname, "../src/index.ts"), "utf8");
  const names = [...table.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(30);
  for (const name of names) expect(doors, name).toMatch(new RegExp(`\\b${name}\\b`));
});

it("the sources import nothing but core, contracts and each other", () => {
  const root = join(import.meta.dirname, "../src");
  for (const file of readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"))) {
    const code = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
    for (const [, from = ""] of code.matchAll(/from "([^"]+)"/g)) expect(from, file).toMatch(/^(@caio\/(core|contracts)$|\.)/);
  }
});

import { readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";

import * as umbrella from "../src/index.ts";

const packages = [
  "core", "contracts", "registry", "rules", "security", "guarantees", "traceability", "control", "orchestrator", "adapters", "sdk",
] as const;

interface Exported {
  /** As the package calls it. */
  readonly name: string;
  /** As it is called here. */
  readonly shown: string;
  readonly isType: boolean;
  readonly from: string;
}

/** The names of `export { … } from "…"`, types included, which no run time value tells of. */
function exportsOf(source: string): readonly Exported[] {
  const text = source.replace(/\/\/.*$/gm, "");
  return [...text.matchAll(/export\s+(type\s+)?\{([^}]*)\}\s*from\s*"([^"]*)"/g)].flatMap(([, allTypes, list = "", from = ""]) =>
    list
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "")
      .map((item) => {
        const isType = allTypes !== undefined || item.startsWith("type ");
        const [name = "", shown = name] = item.replace(/^type\s+/, "").split(/\s+as\s+/);
        return { name, shown, isType, from };
      }),
  );
}

async function sourceOf(path: string): Promise<string> {
  return await readFile(new URL(path, import.meta.url), "utf8");
}

const here = exportsOf(await sourceOf("../src/index.ts"));

describe.each(packages)("@caio/%s", (name) => {
  it("gives every name that its own index has, and no other", async () => {
    const source = await sourceOf(`../../${name}/src/index.ts`);
    expect(source).not.toMatch(/export\s+\*/);
    const theirs = exportsOf(source).map(({ shown, isType }) => `${isType ? "type " : ""}${shown}`);
    const ours = here.filter(({ from }) => from === `@caio/${name}`).map(({ name: original, isType }) => `${isType ? "type " : ""}${original}`);
    expect(theirs.length).toBeGreaterThan(0);
    expect({ missing: theirs.filter((each) => !ours.includes(each)), extra: ours.filter((each) => !theirs.includes(each)) }).toEqual({ missing: [], extra: [] });
  });
});

describe("the umbrella", () => {
  it("has each name once", () => {
    const shown = here.map((each) => each.shown);
    expect(shown.filter((each, index) => shown.indexOf(each) !== index)).toEqual([]);
  });

  it("takes names from the packages of this house alone", () => {
    expect([...new Set(here.map(({ from }) => from))].sort()).toEqual(packages.map((name) => `@caio/${name}`).sort());
  });

  it("documents every alias", async () => {
    const readme = await sourceOf("../README.md");
    for (const { name, shown, from } of here) {
      if (name !== shown) expect(readme).toContain(`| \`${shown}\` | \`${name}\` | \`${from}\` |`);
    }
  });

  it("has every value at run time", () => {
    const values = here.filter(({ isType }) => !isType).map(({ shown }) => shown);
    expect(Object.keys(umbrella).sort()).toEqual([...values].sort());
  });
});

import { readdirSync, readFileSync } from "node:fs";

import type { JsonObject } from "@caio/core";
import { caioRoute } from "@caio/orchestrator";
import { describe, expect, it } from "vitest";

import { worldInputs } from "../differential/world-inputs.ts";
import { expectedOf } from "../golden/expected.ts";
import { exampleFiles, GOLDEN_COUNT } from "../golden/vector-files.ts";
import { fromWorldFile } from "../worlds/world-file.ts";

const VECTORS = new URL("../../docs/vectors/", import.meta.url);
const namesIn = (folder: string): string[] => readdirSync(new URL(`${folder}/`, VECTORS)).filter((name) => name.endsWith(".json")).sort();
const textOf = (path: string): string => readFileSync(new URL(path, VECTORS), "utf8");

interface Published {
  readonly world: JsonObject;
  readonly expected: JsonObject;
}

const golden = namesIn("golden").flatMap((name) => JSON.parse(textOf(`golden/${name}`)) as Published[]);

describe("the golden worlds (regenerate: nx run tools:vectors)", () => {
  it("are 200, each once, over all outcomes", () => {
    expect(golden.length).toBe(GOLDEN_COUNT);
    expect(new Set(golden.map(({ expected }) => expected["certificateDigest"])).size).toBe(GOLDEN_COUNT);
    const codes = golden.map(({ expected }) => (expected["outcome"] as { code?: string }).code ?? "chosen");
    expect(new Set(codes).size).toBe(9);
  });

  it("are decided as published, to the digest of the certificate", { timeout: 60_000 }, () => {
    const wrong = golden.flatMap(({ world, expected }, index) => {
      const { request, ...rest } = fromWorldFile(world);
      const actual = expectedOf(caioRoute(request, worldInputs({ request, ...rest })));
      return JSON.stringify(actual) === JSON.stringify(expected) ? [] : [index];
    });
    expect(wrong).toEqual([]);
  });
});

describe("the vectors of the examples (regenerate: nx run tools:vectors)", () => {
  const made = exampleFiles();

  it("are one for every contract, request and policy", () => {
    expect(namesIn("contracts").map((name) => `contracts/${name}`)).toEqual([...made.keys()].sort());
  });

  it.each([...made])("%s is what the document normalises to", (path, text) => {
    expect(textOf(path)).toBe(text);
  });
});

import { readdirSync, readFileSync } from "node:fs";

import type { JsonObject } from "@caio/core";
import { verifyBundle } from "@caio/verifier";
import { describe, expect, it } from "vitest";

import { expectedOf } from "../golden/expected.ts";
import { goldenBundle } from "../golden/golden-bundle.ts";
import { exampleFiles, GOLDEN_COUNT } from "../golden/vector-files.ts";
import { fromWorldFile } from "../worlds/world-file.ts";

const VECTORS = new URL("../../docs/vectors/", import.meta.url);
const namesIn = (folder: string): string[] => readdirSync(new URL(`${folder}/`, VECTORS)).filter((name) => name.endsWith(".json")).sort();
const textOf = (path: string): string => readFileSync(new URL(path, VECTORS), "utf8");

interface Published {
  readonly world: JsonObject;
  readonly logged: boolean;
  readonly expected: JsonObject;
}

const golden = namesIn("golden").flatMap((name) => JSON.parse(textOf(`golden/${name}`)) as Published[]);
const bundles = namesIn("golden/bundles").map((name) => textOf(`golden/bundles/${name}`));

describe("the golden worlds (regenerate: nx run tools:vectors)", () => {
  it("are 200, each once, over all outcomes", () => {
    expect(golden.length).toBe(GOLDEN_COUNT);
    expect(bundles.length).toBe(GOLDEN_COUNT);
    expect(new Set(golden.map(({ expected }) => expected["certificateDigest"])).size).toBe(GOLDEN_COUNT);
    const codes = golden.map(({ expected }) => (expected["outcome"] as { code?: string }).code ?? "chosen");
    expect(new Set(codes).size).toBe(9);
  });

  it("are decided as published, to the bytes of the bundle", { timeout: 60_000 }, async () => {
    const wrong: number[] = [];
    for (const [index, { world, logged, expected }] of golden.entries()) {
      const { decision, bundle } = await goldenBundle(fromWorldFile(world), logged);
      const same = JSON.stringify(expectedOf(decision)) === JSON.stringify(expected) && `${bundle}\n` === bundles[index];
      if (!same) wrong.push(index);
    }
    expect(wrong).toEqual([]);
  });

  it("have bundles that the verifier accepts under the published test key, and under no other", { timeout: 60_000 }, async () => {
    const publicKey = textOf("golden/test-key.pub");
    const reports = await Promise.all(bundles.map((bundle) => verifyBundle(bundle, { publicKey })));
    expect(reports.flatMap(({ valid }, index) => (valid ? [] : [index]))).toEqual([]);
    expect(reports.map(({ conclusion }) => conclusion === "withheld")).toEqual(golden.map(({ logged }) => !logged));
    const [first = ""] = bundles;
    expect((await verifyBundle(first, { publicKey: "07".repeat(32) })).valid).toBe(false);
  });
});

describe("the vectors of the examples (regenerate: nx run tools:vectors)", async () => {
  const made = await exampleFiles();

  it("are one for every contract, request and policy", () => {
    expect(namesIn("contracts").map((name) => `contracts/${name}`)).toEqual([...made.keys()].sort());
  });

  it.each([...made])("%s is what the document normalises to", (path, text) => {
    expect(textOf(path)).toBe(text);
  });
});

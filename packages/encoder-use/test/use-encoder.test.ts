import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { requireFeatures } from "@caio/contracts";
import { computeIntentScore, prepareEncoding, prepareFields, projectFeatures, quantiseFeatures } from "@caio/control";
import { afterAll, describe, expect, it } from "vitest";

import { MAX_TEXT_UNITS, openUseEncoder } from "../src/index.ts";

const encoder = openUseEncoder();
afterAll(() => encoder.close());

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0) / 1e12;
}

const sentences = ["The cat sits on the mat.", "A kitten is lying on a rug.", "Stock markets fell sharply today.", "Share prices dropped on Friday.", "How do I bake a loaf of bread?", "Give me a recipe for sourdough."];

describe("openUseEncoder", () => {
  it("gives 512 numbers of the model and 512 of the form, of length 1, and the field that is the projection of the former", async () => {
    await encoder.ready();
    for (const { features = [], field } of await encoder.encodeAll(sentences)) {
      expect(features).toHaveLength(1024);
      expect(requireFeatures(features)).toBe(features);
      // Joining halves the squares of either part, and rounds once more.
      const again = projectFeatures(quantiseFeatures(features.slice(0, 512)));
      expect(Math.max(...field.map((value, at) => Math.abs(value - (again[at] ?? 0))))).toBeLessThanOrEqual(8);
    }
  });

  it("means something: every sentence is nearest to the one that says nearly the same, in features and in fields", async () => {
    const all = await encoder.encodeAll(sentences);
    const nearest = (likeness: (at: number, other: number) => number): number[] =>
      sentences.map((_, at) => sentences.map((_other, other) => other).filter((other) => other !== at).sort((a, b) => likeness(at, b) - likeness(at, a))[0] ?? -1);
    expect(nearest((at, other) => cosine(all[at]?.features ?? [], all[other]?.features ?? []))).toEqual([1, 0, 3, 2, 5, 4]);
    const score = (at: number, other: number): number => computeIntentScore(prepareEncoding(all[other]?.field ?? []), prepareFields({ intent: all[at]?.field ?? [], context: [] }));
    expect(nearest(score)).toEqual([1, 0, 3, 2, 5, 4]);
  });

  it("gives a text the same numbers alone and among others, but for the last digits", async () => {
    const [alone, among] = [await encoder.features(sentences[0] ?? ""), (await encoder.encodeAll([...sentences].reverse())).at(-1)?.features ?? []];
    expect(Math.max(...alone.map((value, at) => Math.abs(value - (among[at] ?? 0))))).toBeLessThanOrEqual(2);
    expect(await encoder.features(sentences[0] ?? "")).toEqual(alone);
  });

  it("takes any text: blank, long, of other scripts, with halves of characters", async () => {
    expect(new Set(await encoder.features(" \n"))).toEqual(new Set([0]));
    const long = "the quick brown fox ".repeat(300);
    expect(await encoder.encode(long)).toEqual(await encoder.encode(long.slice(0, MAX_TEXT_UNITS)));
    for (const text of ["日本語のテキスト🙂", "\ud800", "\u0000", "…!?", "\u200b"]) expect(requireFeatures(await encoder.features(text)), JSON.stringify(text)).toHaveLength(1024);
  });

  it("fails once it is closed, and so does what is under way", async () => {
    const other = openUseEncoder();
    await other.ready();
    const underWay = other.encode("a text");
    const closing = other.close();
    await expect(underWay).rejects.toMatchObject({ code: "ServiceUnavailable" });
    await closing;
    await expect(other.encode("a text")).rejects.toMatchObject({ code: "ServiceUnavailable" });
  });

  it("starts again after a text that took too long", async () => {
    const slow = openUseEncoder({ timeoutMs: 1 });
    await expect(slow.encode("word ".repeat(800))).rejects.toMatchObject({ code: "DeadlineExceeded" });
    await slow.close();
    expect(await encoder.encode("again")).toHaveLength(128);
  });

  it("prints nothing, fetches nothing and keeps no process alive", () => {
    const program = `
      globalThis.fetch = () => { throw new Error("fetched"); };
      const { openUseEncoder } = await import("@caio/encoder-use");
      const encoder = openUseEncoder();
      await encoder.features("Which language is this?");
    `;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "-C", "@caio/source", "--input-type=module", "-e", program], { cwd: fileURLToPath(new URL("..", import.meta.url)), encoding: "utf8", timeout: 60_000 });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});

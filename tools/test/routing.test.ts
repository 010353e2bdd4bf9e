import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { selectPrompts, type OutcomeTable } from "@caio/learning";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { keptFeatures } from "../routing/kept-vectors.ts";
import { promptFeatures } from "../routing/prompt-features.ts";
import { estimatedCosts, readOutcomes } from "../routing/routing-data.ts";
import { reportOf } from "../routing/routing-report.ts";
import { routingTable } from "../routing/routing-table.ts";
import { runRouting, type SeenTable } from "../routing/run-routing.ts";

const options = { seed: 1, outputTokens: 100, progress: () => undefined };

/** Sums, which only the dear model can do, and greetings, which both can: a router keeps all quality for part of the cost. */
function separable(): OutcomeTable {
  const prompts = Array.from({ length: 240 }, (_, at) => (at % 2 === 0 ? `Calculate the sum ${String(at * 37)} plus ${String(at * 91)} now` : `Hello dear friend number ${String(at)}, lovely greetings from town ${String(at * 7)}`));
  return {
    prompts,
    models: [{ id: "cheap", inputPrice: 1, outputPrice: 1 }, { id: "dear", inputPrice: 10, outputPrice: 10 }],
    scores: Float64Array.from(prompts.flatMap((_, at) => [at % 2, 1])),
  };
}

async function seenTable(table: OutcomeTable): Promise<SeenTable> {
  return { table, seen: await promptFeatures(table.prompts, "hashing", () => undefined) };
}

describe("runRouting", () => {
  it("learns who can do what: all of the quality for half of the cost", async () => {
    const report = reportOf(runRouting(await seenTable(separable()), options), 1, 50);
    expect(report.reference).toBe("dear");
    const caio = report.methods.at(-1);
    expect(caio?.name).toBe("caio");
    expect(caio?.deployed.quality.value).toBe(1);
    expect(caio?.deployed.saved.value).toBeGreaterThan(0.4);
    expect(caio?.hindsight?.saved.value).toBeGreaterThan(0.4);
    expect(report.fixed.map(({ name }) => name)).toEqual(["cheap", "dear", "random", "oracle"]);
    expect(routingTable(report, { encoder: "hashing", outputTokens: 100 })).toContain("deployed: saved");
  });

  it("judges on other outcomes, with the models of the first in their order", async () => {
    const all = separable();
    const other = selectPrompts(all, [...all.prompts.keys()].slice(0, 60));
    const run = runRouting(await seenTable(all), { ...options, other: await seenTable(other) });
    expect(run.parts.test).toBe(60);
    expect(run.parts.train + run.parts.tune).toBe(240);
    expect(run.judged.at(-1)?.curve[0]?.choice).toHaveLength(60);
  });
});

describe("outcomes of another make", () => {
  it("judges on other outcomes only the models that both know, and names those left out", async () => {
    const all = separable();
    const some = selectPrompts(all, [...all.prompts.keys()].slice(0, 60));
    const other: OutcomeTable = { ...some, models: [{ id: "new", inputPrice: 1, outputPrice: 1 }, { id: "cheap", inputPrice: 1, outputPrice: 1 }] };
    const report = reportOf(runRouting(await seenTable(all), { ...options, other: await seenTable(other) }), 1, 20);
    expect(report).toMatchObject({ reference: "cheap", leftOut: ["dear", "new"], unknown: 0 });
    expect(report.fixed[0]?.quality.value).toBe(1); // the second column of the other outcomes
    expect(routingTable(report, { encoder: "hashing", outputTokens: 100 })).toContain("Left out, since only one of the folders has scores of them: dear, new.");
    const none: OutcomeTable = { ...some, models: [{ id: "x", inputPrice: 1, outputPrice: 1 }, { id: "y", inputPrice: 1, outputPrice: 1 }] };
    const seen = await seenTable(none);
    expect(() => runRouting(seen, { ...options, other: seen })).not.toThrow();
    expect(() => runRouting({ ...seen, table: all }, { ...options, other: seen })).toThrow("no model that both");
  });

  it("says how many scores it does not know, and refuses a part without prompts", async () => {
    const all = separable();
    const report = reportOf(runRouting(await seenTable({ ...all, scores: all.scores.map((score, at) => (at === 7 ? Number.NaN : score)) }), options), 1, 20);
    expect(report.unknown).toBe(1);
    expect(routingTable({ ...report, unknown: 3 }, { encoder: "hashing", outputTokens: 100 })).toContain("3 scores are not known and count as 0");
    const one = await seenTable(selectPrompts(all, [0]));
    expect(() => runRouting(one, options)).toThrow("expected some in each part");
  });

  it("has the cheapest of equally good models as the reference, whatever their order", async () => {
    const all = separable();
    const dearFirst: OutcomeTable = { ...all, models: [...all.models].reverse(), scores: all.scores.map(() => 0.5) };
    expect(reportOf(runRouting(await seenTable(dearFirst), options), 1, 20).reference).toBe("cheap");
  });

  it("speaks of no cost where models are free", async () => {
    const all = separable();
    const free = await seenTable({ ...all, models: all.models.map(({ id }) => ({ id, inputPrice: 0, outputPrice: 0 })) });
    const text = routingTable(reportOf(runRouting(free, options), 1, 20), { encoder: "hashing", outputTokens: 100 });
    expect(text).toContain("no cost");
    expect(text).not.toContain("NaN");
  });
});

describe("reading and keeping", () => {
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), "caio-routing-")); });
  afterAll(() => { rmSync(folder, { recursive: true }); });

  it("reads both forms to the same table", () => {
    writeFileSync(join(folder, "models.json"), '{"m": {"input_price": 1, "output_price": 2}}');
    writeFileSync(join(folder, "outcomes.json"), '[{"question": "a, b", "scores": {"m": 1}}]');
    writeFileSync(join(folder, "outcomes.csv"), 'prompt,m\n"a, b",1\n');
    expect(readOutcomes(folder, "csv")).toEqual(readOutcomes(folder, "ulab"));
    expect([...estimatedCosts(readOutcomes(folder, "csv"), 100).numbers]).toEqual([(1 + 200) / 1e6]);
    expect(() => readOutcomes(join(folder, "none"), "csv")).toThrow("Found no");
  });

  it("keeps features in a file, for just these prompts", async () => {
    const file = join(folder, "vectors");
    const made = await keptFeatures(file, ["one", "two"], "hashing", () => undefined);
    const size = readFileSync(file).byteLength;
    expect(await keptFeatures(file, ["one", "two"], "hashing", () => { throw new Error("made anew"); })).toEqual(made);
    expect(await keptFeatures(file, ["one"], "hashing", () => undefined)).toEqual(made.slice(0, 1));
    expect(readFileSync(file).byteLength).toBeLessThan(size);
  });
});

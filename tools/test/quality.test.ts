import type { OutcomeTable } from "@caio/learning";
import { describe, expect, it } from "vitest";

import { splitByFamily } from "../quality/families.ts";
import { lotsOf } from "../quality/lots.ts";
import { costAt, hull, measureCascades, qualityAt } from "../quality/measure-cascade.ts";
import { measureShift, summaryOf, type ShiftRow } from "../quality/measure-shift.ts";
import { PairedLearner } from "../quality/paired-learner.ts";
import { promptWorld, type PromptWorld } from "../quality/prompt-world.ts";

const models = [
  { id: "llama-3.1-nemotron-51b-instruct", inputPrice: 0.9, outputPrice: 0.9 },
  { id: "gemma-2-9b-it", inputPrice: 0.1, outputPrice: 0.1 },
  { id: "llama-3.1-8b-instruct", inputPrice: 0.2, outputPrice: 0.2 },
];
const FAMILIES = 6;
const CERTIFIED = "250 audits, then 5 %: certified at 95 %";

/** Prompts of six families, which the vectors tell apart: the cheap models are as good as the strong one in all but one, where they are good for nothing. */
function world(count = 900): PromptWorld {
  const lots = lotsOf(1);
  const familyOf = (prompt: number): number => prompt % FAMILIES;
  const prompts = Array.from({ length: count }, (_, prompt) => `prompt ${String(prompt)} of family ${String(familyOf(prompt))}`);
  const features = prompts.map((_, prompt) => Array.from({ length: 8 }, (__, at) => (at === familyOf(prompt) ? 2 : 0) + lots.next() - 0.5));
  const scores = new Float64Array(count * models.length);
  prompts.forEach((_, prompt) => {
    models.forEach((__, model) => (scores[prompt * models.length + model] = Number(lots.next() < (model > 0 && familyOf(prompt) === 0 ? 0.05 : 0.7))));
  });
  const table: OutcomeTable = { prompts, models, scores };
  return promptWorld(table, features);
}

describe("a deployment on other families of prompts", () => {
  const met = world();
  /** The families of a seed decide whether the bad one was learned from. */
  const seeds = [0, 1, 2];
  const rows = seeds.flatMap((seed) => measureShift(met, { seed, families: FAMILIES, judge: 0, z: 0.5 }));

  it("loses the quality that a trade-off fixed beforehand was to keep, where a family is met that nobody warned of; audits keep it", () => {
    const summary = new Map(summaryOf(rows).map((one) => [one.method, one]));
    expect(summary.get("plain: fixed beforehand")?.worst).toBeLessThan(-0.05);
    expect(summary.get(CERTIFIED)?.kept).toBe(seeds.length);
    expect(summary.get("learn then test, abstains at shift")?.kept).toBe(seeds.length);
  });

  it("counts what audits cost: whoever audits and releases nothing pays more than the reference", () => {
    const abstained = rows.filter(({ method, abstained: share, audited }) => method === CERTIFIED && share + audited > 0.999);
    for (const { saving, audited } of abstained) expect(saving).toBeCloseTo(-audited / 3, 1);
    const dear = measureShift(met, { seed: 0, families: FAMILIES, judge: 1, z: 0.5 });
    const savingOf = (all: readonly ShiftRow[]): number => all.find(({ method }) => method === CERTIFIED)?.saving ?? 0;
    expect(savingOf(dear)).toBeLessThan(savingOf(rows));
  });

  it("is the same for the same seed, and takes whole families", () => {
    expect(measureShift(met, { seed: 1, families: FAMILIES, judge: 0, z: 0.5 })).toEqual(rows.filter(({ seed }) => seed === 1));
    const { families, learned, deployed } = splitByFamily(met, FAMILIES, 1);
    const known = new Set(learned.map((prompt) => families[prompt]));
    expect(deployed.some((prompt) => known.has(families[prompt]))).toBe(false);
    expect(learned.length + deployed.length).toBe(met.table.prompts.length);
  });
});

describe("a learner", () => {
  it("that forgets knows what one that never learned it knows", () => {
    const met = world(120);
    const [all, part] = [new PairedLearner(met, [0, 1, 2]), new PairedLearner(met, [0, 1, 2])];
    const prompts = Array.from({ length: 100 }, (_, prompt) => prompt);
    for (const prompt of prompts) all.learn(prompt);
    for (const prompt of prompts.slice(30)) part.learn(prompt);
    const forgot = all.without(prompts.slice(0, 30));
    part.predict(110).forEach((score, at) => { expect(forgot.predict(110)[at]).toBeCloseTo(score, 9); });
    expect(all.predict(110)).not.toEqual(forgot.predict(110));
  });
});

describe("cascades beside the router alone", () => {
  const met = world();
  const [perfect, noisy, blind] = [[0, 0], [0.2, 0.2], [1, 0]].map(([passesWrong = 0, turnsAwayRight = 0]) => ({ passesWrong, turnsAwayRight }));
  const { reference, rows } = measureCascades(met, 0, [perfect, noisy, blind].filter((errors) => errors !== undefined));
  const everyPrompt = (errors: typeof perfect): (typeof rows)[number] | undefined => rows.find((row) => row.errors === errors && row.method === "cascade for every prompt");

  it("gain by a perfect verifier whatever either model knows, less by a noisy one, nothing by one that passes all", () => {
    expect(everyPrompt(perfect)?.quality).toBeGreaterThan(reference.quality + 0.1);
    expect(everyPrompt(noisy)?.quality).toBeLessThan(everyPrompt(perfect)?.quality ?? 0);
    expect(everyPrompt(blind)?.strong).toBe(0);
    // The cheap model and a verdict: (0.2 + 0.1) of 0.9.
    expect(everyPrompt(blind)?.cost).toBeCloseTo(1 / 3, 9);
  });

  it("are measured against mixtures of the router's own points", () => {
    const points = hull([{ cost: 0.2, quality: 0.5 }, { cost: 0.6, quality: 0.6 }, { cost: 1, quality: 0.9 }, { cost: 0.9, quality: 0.4 }]);
    expect(points).toEqual([{ cost: 0.2, quality: 0.5 }, { cost: 1, quality: 0.9 }]);
    expect(qualityAt(points, 0.6)).toBeCloseTo(0.7, 9);
    expect(qualityAt(points, 2)).toBe(0.9);
    expect(qualityAt(points, 0.1)).toBe(0);
    expect(costAt(points, 0.7)).toBeCloseTo(0.6, 9);
    expect(costAt(points, 0.95)).toBeNull();
    expect(costAt(points, 0.3)).toBe(0.2);
  });
});

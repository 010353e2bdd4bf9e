import { describe, expect, it } from "vitest";

import { costAt, hull, measureCascades, qualityAt } from "../quality/measure-cascade.ts";
import { PairedLearner } from "../quality/paired-learner.ts";
import { smallWorld } from "./support/small-world.ts";

describe("a learner", () => {
  it("that forgets knows what one that never learned it knows", () => {
    const met = smallWorld(120);
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
  const met = smallWorld();
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

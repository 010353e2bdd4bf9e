import { writeFile } from "node:fs/promises";

import { canonicalJson } from "@caio/core";
import { certifiedChoice, choosePlan } from "@caio/orchestrator";

import { Dice } from "./dice.ts";
import { randomProblem } from "./random-problem.ts";

/** Where the published choices are. */
export const vectorsFile = new URL("../../docs/vectors/plans.json", import.meta.url);

/** Choices that any implementation must make, and that any checker must accept: offers, ties, limits and the outcome with its proof. */
export function planVectors(): string {
  const vectors = Array.from({ length: 24 }, (_, seed) => {
    const { tree, steps, limits } = randomProblem({ steps: 5, offers: 6 }, new Dice(900 + seed));
    return { tree, limits, steps, outcome: certifiedChoice(choosePlan({ tree, steps, limits }), { tree, limits, offers: steps.map(({ offers }) => offers) }) };
  });
  return `{"caio_plan_choices":1,"choices":[\n${vectors.map((vector) => canonicalJson(vector)).join(",\n")}\n]}\n`;
}

if (process.argv[1]?.endsWith("make-vectors.ts") === true) await writeFile(vectorsFile, planVectors());

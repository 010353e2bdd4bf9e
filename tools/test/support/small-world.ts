import type { OutcomeTable } from "@caio/learning";

import { lotsOf } from "../../quality/lots.ts";
import { promptWorld, type PromptWorld } from "../../quality/prompt-world.ts";

const models = [
  { id: "llama-3.1-nemotron-51b-instruct", inputPrice: 0.9, outputPrice: 0.9 },
  { id: "gemma-2-9b-it", inputPrice: 0.1, outputPrice: 0.1 },
  { id: "llama-3.1-8b-instruct", inputPrice: 0.2, outputPrice: 0.2 },
];
export const FAMILIES = 6;

/** Prompts of six families, which the vectors tell apart: the cheap models are as good as the strong one in all but one, where they are good for nothing. */
export function smallWorld(count = 900): PromptWorld {
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

import { CaioError } from "@caio/core";

/** A model of an outcome table with its prices: money per million tokens. */
export interface PricedModel {
  readonly id: string;
  readonly inputPrice: number;
  readonly outputPrice: number;
}

/**
 * What each of M models scored on each of N prompts.
 *
 * `scores` has N·M numbers 0 … 1, a prompt's models beside each other; NaN where a model was not tried.
 */
export interface OutcomeTable {
  readonly prompts: readonly string[];
  readonly models: readonly PricedModel[];
  readonly scores: Float64Array;
}

/** The score of a model on a prompt, both by place; NaN if it was not tried. */
export function scoreAt(table: OutcomeTable, prompt: number, model: number): number {
  return table.scores[prompt * table.models.length + model] ?? Number.NaN;
}

/** The part of a table that has these prompts, by place, in this order. */
export function selectPrompts(table: OutcomeTable, places: readonly number[]): OutcomeTable {
  const width = table.models.length;
  const scores = new Float64Array(places.length * width);
  const prompts = places.map((place, row) => {
    const prompt = table.prompts[place];
    if (prompt === undefined) {
      throw new CaioError("NumberOutOfRange", `Found prompt ${String(place)}, expected one of ${String(table.prompts.length)} by place.`);
    }
    scores.set(table.scores.subarray(place * width, (place + 1) * width), row * width);
    return prompt;
  });
  return { prompts, models: table.models, scores };
}

import { CaioError } from "@caio/core";
import * as z from "zod";

import type { OutcomeTable, PricedModel } from "./outcome-table.ts";

const outcomes = z.array(z.object({ question: z.string(), scores: z.record(z.string(), z.number().min(0).max(1)) })).min(1);
const prices = z.record(z.string(), z.object({ input_price: z.number().nonnegative(), output_price: z.number().nonnegative() }));

/**
 * An outcome table of the form that LLMRouter publishes: an array of `{question, scores: {model: 0 … 1}}`, and an object
 * `{model: {input_price, output_price}}` with money per million tokens. Models are those that some prompt has a score of, by name.
 *
 * @param outcomesJson - the parsed JSON of the outcomes
 * @param modelsJson - the parsed JSON of the models
 * @throws CaioError `InvalidOutcomes` for another form, or for a model with a score and no price.
 */
export function readUlab(outcomesJson: unknown, modelsJson: unknown): OutcomeTable {
  const rows = parsed(outcomes, outcomesJson, "outcomes");
  const priced = readPrices(modelsJson);
  const names = [...new Set(rows.flatMap(({ scores }) => Object.keys(scores)))].sort();
  if (names.length === 0) throw new CaioError("InvalidOutcomes", "Found no score of any model in the outcomes, expected at least one.");
  const models = names.map((id): PricedModel => {
    const price = priced.get(id);
    if (price === undefined) throw new CaioError("InvalidOutcomes", `Found scores of model "${id}", which the models file does not list: add its prices.`);
    return { id, ...price };
  });
  const scores = new Float64Array(rows.length * names.length);
  rows.forEach((row, i) => {
    names.forEach((name, j) => (scores[i * names.length + j] = (Object.hasOwn(row.scores, name) ? row.scores[name] : undefined) ?? Number.NaN));
  });
  return { prompts: rows.map(({ question }) => question), models, scores };
}

/** Prices by model, of `{model: {input_price, output_price}}`, money per million tokens; what else is said of a model is passed over. @throws CaioError `InvalidOutcomes` */
export function readPrices(modelsJson: unknown): ReadonlyMap<string, Omit<PricedModel, "id">> {
  const priced = Object.entries(parsed(prices, modelsJson, "models"));
  return new Map(priced.map(([id, price]) => [id, { inputPrice: price.input_price, outputPrice: price.output_price }]));
}

/** What zod makes of it, or one line on the first thing that is wrong. */
function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const path = first?.path.join(".") ?? "";
  throw new CaioError("InvalidOutcomes", `In the ${what}, at ${path === "" ? "the top" : path}: ${first?.message ?? "not of the form expected"}.`);
}

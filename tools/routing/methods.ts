import { ValueEstimator } from "@caio/control";
import { fitLogistic, fitPlainNearest, fitRidge, fitValueModel, type OutcomeTable, type PromptMatrix } from "@caio/learning";

import type { PromptFeatures } from "./prompt-features.ts";

/** A part of the outcomes with what its methods see. */
export interface Part {
  readonly table: OutcomeTable;
  readonly seen: readonly PromptFeatures[];
}

/** Expected scores of every model on every prompt of a part, by a method that was fitted on another part. */
export type Method = (fitted: Part, asked: Part) => PromptMatrix;

/** Neighbours, penalty of ridge, penalty of logistic: the usual ones, not tuned. */
const PLAIN = { neighbours: 50, ridge: 1, logistic: 1 } as const;
const MICRO = 1e6;

const nearest: Method = (fitted, asked) => {
  const predict = fitPlainNearest(fitted.table, fitted.seen.map(({ plain }) => plain), PLAIN.neighbours);
  return matrix(asked, ({ text, seen }) => predict({ text, features: seen.plain }));
};

const ridge: Method = (fitted, asked) => {
  const predict = fitRidge(fitted.table, fitted.seen.map(({ plain }) => unit(plain)), PLAIN.ridge);
  return matrix(asked, ({ text, seen }) => predict({ text, features: unit(seen.plain) }));
};

const logistic: Method = (fitted, asked) => {
  const predict = fitLogistic(fitted.table, PLAIN.logistic);
  return matrix(asked, ({ text }) => predict({ text, features: [] }));
};

/** What is fitted for a gateway: `ValueModel`. */
const valueModel: Method = (fitted, asked) => {
  const { models } = fitted.table;
  const pairs = models.map(({ id }) => ({ service: "table", model: id }));
  const estimator = new ValueEstimator(fitValueModel(fitted.table, fitted.seen.map(({ features }) => features), { encoderId: "table", pairs }));
  const places = pairs.map((pair) => estimator.placeOf(pair) ?? 0);
  return matrix(asked, ({ seen }) => {
    const { values } = estimator.estimate(seen.features);
    return Float64Array.from(places, (place) => (values[place] ?? 0) / MICRO);
  });
};

/** The mean of methods that were asked already. */
export function meanOfMethods(all: readonly PromptMatrix[]): PromptMatrix {
  const [first] = all;
  return { width: first?.width ?? 1, numbers: Float64Array.from(first?.numbers ?? [], (_, at) => all.reduce((sum, each) => sum + (each.numbers[at] ?? 0), 0) / all.length) };
}

/** The methods by name: the plain ones and, last, this project's. */
export const methods: Readonly<Record<"nearest" | "ridge" | "logistic" | "caio", Method>> = { nearest, ridge, logistic, caio: valueModel };

function matrix(asked: Part, predict: (prompt: { readonly text: string; readonly seen: PromptFeatures }) => Float64Array): PromptMatrix {
  const width = asked.table.models.length;
  const numbers = new Float64Array(asked.seen.length * width);
  asked.seen.forEach((seen, prompt) => { numbers.set(predict({ text: asked.table.prompts[prompt] ?? "", seen }), prompt * width); });
  return { width, numbers };
}

function unit(micros: readonly number[]): Float64Array {
  return Float64Array.from(micros, (value) => value / MICRO);
}

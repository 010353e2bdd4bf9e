import { nearDuplicateGroups, selectPrompts, splitByGroup, type OutcomeTable } from "@caio/learning";

import { judge, single, type Judged, type Predicted, type Truth } from "./judge.ts";
import { meanOfMethods, methods, type Part } from "./methods.ts";
import type { PromptFeatures } from "./prompt-features.ts";
import { estimatedCosts } from "./routing-data.ts";
import { pointOf, type Traded } from "./trades.ts";

/** Outcomes with what their prompts are seen as. */
export interface SeenTable {
  readonly table: OutcomeTable;
  readonly seen: readonly PromptFeatures[];
}

export interface RoutingOptions {
  readonly seed: number;
  /** Tokens that every answer is taken to have. */
  readonly outputTokens: number;
  /** Other outcomes to be judged on, in place of a part of the first. */
  readonly other?: SeenTable | undefined;
  readonly progress: (step: string) => void;
}

/** All that the benchmark found. */
export interface RoutingRun {
  readonly parts: { readonly train: number; readonly tune: number; readonly test: number };
  readonly models: OutcomeTable["models"];
  readonly test: Truth;
  /** Of each test prompt, its group of near-duplicates. */
  readonly groups: readonly number[];
  readonly testPrompts: readonly string[];
  /** The place of the best single model on what methods are fitted on. */
  readonly reference: number;
  /** One model for every prompt, by place. */
  readonly singles: readonly Traded[];
  readonly oracle: Traded;
  readonly judged: readonly Judged[];
}

/** Share of the groups that methods are fitted on at first, and that trade-offs are chosen on. */
const SHARE = { train: 0.6, tune: 0.2 };

/**
 * Fits every method on the training part, chooses its trade-off on the tuning part, fits it again on both, and judges it on the test part, which
 * nothing else has seen.
 */
export function runRouting({ table, seen }: SeenTable, options: RoutingOptions): RoutingRun {
  const all = nearDuplicateGroups(table.prompts);
  const split = splitByGroup(table.prompts, all, options.seed, options.other === undefined ? SHARE : { train: 0.75, tune: 0.25 });
  const part = (places: readonly number[]): Part => ({ table: selectPrompts(table, places), seen: places.map((place) => seen[place]).filter((each) => each !== undefined) });
  const [train, tune, both] = [part(split.train), part(split.tune), part([...split.train, ...split.tune])];
  const test = options.other === undefined ? part(split.test) : sameModels(options.other, table);
  const truthOf = (which: Part): Truth => ({
    scores: { width: table.models.length, numbers: which.table.scores.map((score) => (Number.isNaN(score) ? 0 : score)) },
    costs: estimatedCosts(which.table, options.outputTokens),
  });
  const [fitted, tuned, tested] = [truthOf(both), truthOf(tune), truthOf(test)];
  const reference = bestSingle(fitted);
  const predicted = Object.entries(methods).map(([name, method]): Predicted => {
    options.progress(name);
    return { name, tune: method(train, tune), test: method(both, test) };
  });
  const plain = predicted.slice(0, -1);
  predicted.splice(-1, 0, { name: "mean of these", tune: meanOfMethods(plain.map((each) => each.tune)), test: meanOfMethods(plain.map((each) => each.test)) });
  return {
    parts: { train: train.seen.length, tune: tune.seen.length, test: test.seen.length },
    models: table.models,
    test: tested,
    groups: options.other === undefined ? split.test.map((place) => all[place] ?? place) : [...nearDuplicateGroups(test.table.prompts)],
    testPrompts: test.table.prompts,
    reference,
    singles: table.models.map((_, model) => single(tested, model)),
    oracle: oracleOf(tested),
    judged: predicted.map((each) => judge(each, tuned, tested, { model: reference })),
  };
}

/** The other outcomes with the models of the first, in their order; those not tried count as not known. */
function sameModels({ table, seen }: SeenTable, first: OutcomeTable): Part {
  const places = first.models.map(({ id }) => table.models.findIndex((model) => model.id === id));
  const scores = Float64Array.from({ length: seen.length * places.length }, (_, at) => {
    const place = places[at % places.length] ?? -1;
    return place < 0 ? Number.NaN : (table.scores[Math.floor(at / places.length) * table.models.length + place] ?? Number.NaN);
  });
  return { table: { prompts: table.prompts, models: first.models, scores }, seen };
}

function bestSingle(truth: Truth): number {
  const means = Array.from({ length: truth.scores.width }, (_, model) => pointOf(single(truth, model)).quality);
  return means.indexOf(Math.max(...means));
}

/** Per prompt the best score, of equal ones the cheapest. */
function oracleOf({ scores, costs }: Truth): Traded {
  const prompts = scores.numbers.length / scores.width;
  const choice = Uint16Array.from({ length: prompts }, (_, prompt) => {
    const from = prompt * scores.width;
    let best = from;
    for (let at = from + 1; at < from + scores.width; at++) {
      const gain = (scores.numbers[at] ?? 0) - (scores.numbers[best] ?? 0);
      if (gain > 0 || (gain === 0 && (costs.numbers[at] ?? 0) < (costs.numbers[best] ?? 0))) best = at;
    }
    return best - from;
  });
  const pick = (numbers: Float64Array): Float64Array => Float64Array.from(choice, (model, prompt) => numbers[prompt * scores.width + model] ?? 0);
  return { trade: 0, choice, quality: pick(scores.numbers), cost: pick(costs.numbers) };
}

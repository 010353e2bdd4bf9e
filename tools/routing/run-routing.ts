import { CaioError } from "@caio/core";
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
  /** Models that only one of two tables has: nothing is said of them. */
  readonly leftOut: readonly string[];
  /** Scores that no part knows: they count as 0. */
  readonly unknown: number;
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
const SHARE = { train: 0.5, tune: 0.3 };

/**
 * Fits every method on the training part, chooses its trade-off on the tuning part, fits it again on both, and judges it on the test part, which
 * nothing else has seen.
 *
 * @throws CaioError `InvalidOutcomes` where a part has no prompt, or two tables have no model in common
 */
export function runRouting({ table: whole, seen }: SeenTable, options: RoutingOptions): RoutingRun {
  const table = options.other === undefined ? whole : withModels(whole, sharedModels(whole, options.other.table));
  const all = nearDuplicateGroups(table.prompts);
  const split = splitByGroup(table.prompts, all, options.seed, options.other === undefined ? SHARE : { train: 0.6, tune: 0.4 });
  const part = (places: readonly number[]): Part => ({ table: selectPrompts(table, places), seen: places.map((place) => seen[place]).filter((each) => each !== undefined) });
  const [train, tune, both] = [part(split.train), part(split.tune), part([...split.train, ...split.tune])];
  const test = options.other === undefined ? part(split.test) : { table: withModels(options.other.table, table.models), seen: options.other.seen };
  requirePrompts({ train: train.seen.length, tune: tune.seen.length, test: test.seen.length });
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
    leftOut: leftOutOf([whole, options.other?.table ?? whole], table),
    unknown: [both, test].reduce((sum, part) => sum + part.table.scores.filter(Number.isNaN).length, 0),
    test: tested,
    groups: options.other === undefined ? split.test.map((place) => all[place] ?? place) : [...nearDuplicateGroups(test.table.prompts)],
    testPrompts: test.table.prompts,
    reference,
    singles: table.models.map((_, model) => single(tested, model)),
    oracle: oracleOf(tested),
    judged: predicted.map((each) => judge(each, tuned, tested, { model: reference })),
  };
}

/** The models of the first table that the second has, too. */
function sharedModels(first: OutcomeTable, second: OutcomeTable): OutcomeTable["models"] {
  const models = first.models.filter(({ id }) => second.models.some((other) => other.id === id));
  if (models.length > 0) return models;
  throw new CaioError("InvalidOutcomes", `Found no model that both folders have scores of (${namesOf(first)}; ${namesOf(second)}), expected at least one: what is learned of a model is judged on that model.`);
}

function leftOutOf(all: readonly OutcomeTable[], kept: OutcomeTable): readonly string[] {
  const names = all.flatMap(({ models }) => models.map(({ id }) => id));
  return [...new Set(names)].filter((name) => !kept.models.some(({ id }) => id === name));
}

function namesOf({ models }: OutcomeTable): string {
  return models.slice(0, 5).map(({ id }) => id).join(", ");
}

/** A table with these models, in this order, at these prices. */
function withModels(table: OutcomeTable, models: OutcomeTable["models"]): OutcomeTable {
  const places = models.map(({ id }) => table.models.findIndex((model) => model.id === id));
  const scores = Float64Array.from({ length: table.prompts.length * places.length }, (_, at) => {
    return table.scores[Math.floor(at / places.length) * table.models.length + (places[at % places.length] ?? 0)] ?? Number.NaN;
  });
  return { prompts: table.prompts, models, scores };
}

function requirePrompts(parts: RoutingRun["parts"]): void {
  const [empty] = Object.entries(parts).find(([, count]) => count === 0) ?? [];
  if (empty === undefined) return;
  const found = `${String(parts.train)} prompts to learn, ${String(parts.tune)} to choose trade-offs on, ${String(parts.test)} to judge on`;
  throw new CaioError("InvalidOutcomes", `Found ${found}, expected some in each part. Near-duplicates stay in one part: give more prompts that differ, or another --seed.`);
}

/** The model of most quality; of equal ones the cheapest, so that nothing is saved by a dear one that is no better. */
function bestSingle(truth: Truth): number {
  const points = Array.from({ length: truth.scores.width }, (_, model) => pointOf(single(truth, model)));
  return points.reduce((best, { quality, cost }, model) => {
    const { quality: most = -1, cost: least = 0 } = points[best] ?? {};
    return quality > most || (quality === most && cost < least) ? model : best;
  }, 0);
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

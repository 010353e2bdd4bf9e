import type { Weights } from "@caio/rules";

import { bothWays, type Interval } from "../bootstrap.ts";
import { runOnline, type AblationRun, type AblationSettings } from "./ablation-run.ts";
import type { AblationWorld } from "./ablation-world.ts";

/** One line of the table: how well a setting chose and what that cost, and against the first line of its block. */
export interface AblationLine {
  readonly label: string;
  /** Mean score, 0 … 1. */
  readonly quality: Interval;
  /** Mean price, money per million tokens. */
  readonly price: Interval;
  /** Quality less that of the block's first line, prompt by prompt. */
  readonly gain: Interval;
  /** Quality less what the same choices, dealt to the prompts by lot, would give: what comes from looking at the prompt. */
  readonly insight: Interval;
}

/** A setting and what it is called. */
export type Named = readonly [label: string, settings: AblationSettings];

const none: Weights = { intent: 0, attention: 0, rl: 0, resonance: 0, model: 0, cost: 0, risk: 0, latency: 0 };
/** The weights that a policy has which says none, but for Risk and Latency, which are the same for all here. */
export const standing: Weights = { ...none, intent: 300_000, attention: 200_000, rl: 200_000, resonance: 100_000, cost: 100_000 };

const terms = { intent: "I", attention: "A", rl: "RL", resonance: "W", model: "M" } as const;
const fieldTerms = Object.keys(terms) as readonly (keyof typeof terms)[];

/** Each term alone, against a choice by lot. */
export function alone(): readonly Named[] {
  const single = (term: keyof Weights): Weights => ({ ...none, [term]: 1_000_000 });
  return [
    ["by lot", { weights: none }],
    ...fieldTerms.map((term): Named => [`${terms[term]} alone`, { weights: single(term) }]),
    ["M alone, competence measured", { weights: single("model"), competence: true }],
    ["W alone, λ of the memory 0.99", { weights: single("resonance"), decayMicros: 990_000 }],
  ];
}

/** All terms, and all but one; with the weight of cost as it stands, or another. */
export function leaveOneOut(cost: number): readonly Named[] {
  const all = { ...standing, cost };
  return [
    [`all, cost ${String(cost / 1e6)}`, { weights: all }],
    ...fieldTerms.filter((term) => all[term] !== 0).map((term): Named => [`without ${terms[term]}`, { weights: { ...all, [term]: 0 } }]),
    ["and M 0.2", { weights: { ...all, model: 200_000 } }],
    ["and M 0.2, competence measured", { weights: { ...all, model: 200_000 }, competence: true }],
    ["only RL and Cost", { weights: { ...none, rl: all.rl, cost } }],
  ];
}

/** How long the memory field remembers, with the weights as they stand and cost at a third. */
export function memories(): readonly Named[] {
  const weights = { ...standing, cost: 30_000 };
  return [
    ["without W", { weights: { ...weights, resonance: 0 } }],
    ...[900_000, 990_000, 999_000].map((decayMicros): Named => [`with W, memory's λ ${String(decayMicros / 1e6)}`, { weights, decayMicros }]),
  ];
}

/** I and A of prompts that come with context. */
export function withContext(): readonly Named[] {
  return [
    ["by lot", { weights: none }],
    ["I alone", { weights: { ...none, intent: 1_000_000 } }],
    ["A alone", { weights: { ...none, attention: 1_000_000 } }],
    ["I 0.3 and A 0.2", { weights: { ...none, intent: 300_000, attention: 200_000 } }],
  ];
}

/** A line to be: its name, what it decides on, and how. */
export type Asked = readonly [label: string, world: AblationWorld, settings: AblationSettings];

/**
 * Runs settings over several orders. Worlds that share a table have the same prompts, whatever their encodings.
 *
 * Intervals are over prompts and over orders: what is learned depends on the order in which it came, often more than on anything else. Groups
 * of near-duplicate prompts are drawn again with orders averaged, orders with prompts averaged, and both deviations are added.
 */
export function ablationLines(asked: readonly Asked[], orders: number, seed: number): readonly AblationLine[] {
  const all = asked.map(([label, world, each]) => ({ label, world, runs: Array.from({ length: orders }, (_, order) => runOnline(world, each, seed + order)) }));
  const [first] = all;
  return all.map(({ label, world, runs }) => {
    const over = (of: (run: AblationRun, order: number) => Float64Array): Interval => measured(world, runs.map(of), seed);
    return {
      label,
      quality: over(({ scores }) => scores),
      price: over(({ prices }) => prices),
      gain: over(({ scores }, order) => less(scores, first?.runs[order]?.scores)),
      insight: over(({ scores, dealt }) => less(scores, dealt)),
    };
  });
}

function less(values: Float64Array, others: Float64Array | undefined): Float64Array {
  return values.map((value, at) => value - (others?.[at] ?? 0));
}

function measured(world: AblationWorld, orders: readonly Float64Array[], seed: number): Interval {
  const meanOf = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
  const averaged = Float64Array.from({ length: world.prompts.length }, (_, at) => orders.reduce((sum, values) => sum + (values[at] ?? 0), 0) / orders.length);
  return bothWays(grouped(world, averaged), orders.map((values) => [meanOf(values)]), seed);
}

function grouped({ prompts }: AblationWorld, values: Float64Array): number[][] {
  const groups = new Map<number, number[]>();
  prompts.forEach(({ group }, at) => {
    const value = values[at] ?? 0;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [value]);
    else known.push(value);
  });
  return [...groups.values()];
}

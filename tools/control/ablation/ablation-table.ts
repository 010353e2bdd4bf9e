import type { Weights } from "@caio/rules";

import { bootstrapped, type Interval } from "../bootstrap.ts";
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
    ["RL alone, width 0.1", { weights: single("rl"), widthMicros: 100_000 }],
    ["W alone, λ 0.99", { weights: single("resonance"), decayMicros: 990_000 }],
    ["Cost alone", { weights: single("cost") }],
  ];
}

/** All terms, and all but one; with the weight of cost as it stands, or another. */
export function leaveOneOut(cost: number): readonly Named[] {
  const all = { ...standing, cost };
  return [
    [`all, λ ${String(cost / 1e6)}`, { weights: all }],
    ...fieldTerms.filter((term) => all[term] !== 0).map((term): Named => [`without ${terms[term]}`, { weights: { ...all, [term]: 0 } }]),
    ["and M 0.2", { weights: { ...all, model: 200_000 } }],
    ["and M 0.2, competence measured", { weights: { ...all, model: 200_000 }, competence: true }],
    ["only RL and Cost", { weights: { ...none, rl: all.rl, cost } }],
  ];
}

/** How long the memory field remembers, and how much it counts, with the weights as they stand. */
export function memories(): readonly Named[] {
  const decays = [900_000, 970_000, 990_000, 997_000, 999_000];
  return [
    ...decays.map((decayMicros): Named => [`λ ${String(decayMicros / 1e6)}`, { weights: standing, decayMicros }]),
    ...[0, 200_000].map((resonance): Named => [`λ 0.99, δ ${String(resonance / 1e6)}`, { weights: { ...standing, resonance }, decayMicros: 990_000 }]),
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
 * Runs settings over several orders; intervals are over groups of near-duplicate prompts, orders averaged. Worlds that share a table have the
 * same prompts, whatever their encodings.
 */
export function ablationLines(asked: readonly Asked[], orders: number, seed: number): readonly AblationLine[] {
  const runs = asked.map(([label, world, each]) => ({ label, world, run: averaged(Array.from({ length: orders }, (_, order) => runOnline(world, each, seed + order))) }));
  const [first] = runs;
  return runs.map(({ label, world, run }) => {
    const over = (values: Float64Array): Interval => bootstrapped(grouped(world, values), seed);
    return {
      label,
      quality: over(run.scores),
      price: over(run.prices),
      gain: over(run.scores.map((score, at) => score - (first?.run.scores[at] ?? 0))),
      insight: over(run.scores.map((score, at) => score - (run.dealt[at] ?? 0))),
    };
  });
}

function averaged(runs: readonly AblationRun[]): AblationRun {
  const mean = (of: (run: AblationRun) => Float64Array): Float64Array =>
    Float64Array.from({ length: runs[0] === undefined ? 0 : of(runs[0]).length }, (_, at) => runs.reduce((sum, run) => sum + (of(run)[at] ?? 0), 0) / runs.length);
  return { scores: mean(({ scores }) => scores), prices: mean(({ prices }) => prices), dealt: mean(({ dealt }) => dealt) };
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

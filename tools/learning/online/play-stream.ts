import type { History, Outcome } from "@caio/contracts";
import { advanceHistory, computeRlScore, LinUcb, withClaims, type OnlineSettings } from "@caio/control";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

import type { EncodedPrompt } from "./encoded-prompts.ts";

const MICRO = 1_000_000;
const SERVICE = "models";

/** What is routed: prompts with what every model would score, of which a policy sees only that of the model it chose. */
export interface Stream {
  readonly prompts: readonly EncodedPrompt[];
  /** By prompt, then by model, 0 … 1. */
  readonly scores: readonly (readonly number[])[];
  readonly models: readonly string[];
}

/** How choices are made on what was learned. */
export interface Play {
  /** Claimed competences by model, micros; undefined: nothing is claimed, and LinUCB alone learns from cold. */
  readonly claims: readonly number[] | undefined;
  readonly settings: OnlineSettings;
  readonly widthMicros: number;
  readonly epsilonPpm: number;
  readonly maxLossMicros: number;
  /** Two models that swap their scores at half-time. */
  readonly swap?: readonly [number, number];
  readonly seed: number;
}

/** What came of it, prompt by prompt in the order played. */
export interface Played {
  /** The prompt's place in the stream. */
  readonly order: readonly number[];
  readonly chosen: readonly number[];
  readonly scored: readonly number[];
  /** What each model would have scored. */
  readonly would: readonly (readonly number[])[];
  /** How likely the choice was, and what its value fell short of the best one, micros: the expected price of exploring. */
  readonly propensity: readonly number[];
  readonly shortfall: readonly number[];
}

/** Plays the stream in an order by chance: RL of every model, the exploration of calculus §6, one outcome, a version of H. */
export function playStream({ prompts, scores, models }: Stream, play: Play): Played {
  const chance = xoroshiro128plus(play.seed);
  const order = shuffled(prompts.length, chance);
  const online = play.claims === undefined ? {} : { online: play.settings };
  let history = beginning(models, play);
  const played = { order, chosen: [] as number[], scored: [] as number[], would: [] as (readonly number[])[], propensity: [] as number[], shortfall: [] as number[] };
  for (const [step, at] of order.entries()) {
    const prompt = prompts[at];
    if (prompt === undefined) continue;
    const would = swapped(scores[at] ?? [], step * 2 >= order.length ? play.swap : undefined);
    const values = valuesOf(history, models, prompt, play.widthMicros);
    const best = values.indexOf(Math.max(...values));
    const near = values.flatMap((value, model) => ((values[best] ?? 0) - value <= play.maxLossMicros ? [model] : []));
    const explores = uniformInt(chance, 0, MICRO - 1) < play.epsilonPpm;
    const chosen = explores ? (near[uniformInt(chance, 0, near.length - 1)] ?? best) : best;
    const scored = would[chosen] ?? 0;
    played.chosen.push(chosen);
    played.scored.push(scored);
    played.would.push(would);
    played.propensity.push((chosen === best ? 1 - play.epsilonPpm / MICRO : 0) + (near.includes(chosen) ? play.epsilonPpm / MICRO / near.length : 0));
    played.shortfall.push((values[best] ?? 0) - (values[chosen] ?? 0));
    history = advanceHistory(history, [{ outcome: outcomeOf(models[chosen] ?? "", Math.round(scored * MICRO)), intent: prompt.intent, features: prompt.features }], online);
  }
  return played;
}

/** What is expected by claims; without any, that nothing is known, so that LinUCB's width has every model tried. */
function beginning(models: readonly string[], { claims, settings }: Play): History {
  if (claims !== undefined) return withClaims({ version: 0, leaves: [] }, models.map((model, at) => ({ service: SERVICE, model, micros: claims[at] ?? 0 })), settings);
  const learned = new LinUcb().initial();
  return { version: 0, leaves: models.map((model) => ({ service: SERVICE, model, health: "healthy", promises: [], outcomes: 0, violations: 0, learned })) };
}

function valuesOf({ leaves }: History, models: readonly string[], { prepared }: EncodedPrompt, widthMicros: number): readonly number[] {
  return models.map((model) => computeRlScore(leaves.find((leaf) => leaf.model === model)?.learned, prepared, widthMicros));
}

function outcomeOf(model: string, rewardMicros: number): Outcome {
  return { service: SERVICE, model, decisionId: "0".repeat(64), attempt: 1, endedAt: 0, status: "success", latencyUs: 0, rewardMicros };
}

function swapped(scores: readonly number[], swap: Play["swap"]): readonly number[] {
  if (swap === undefined) return scores;
  const [a, b] = swap;
  return scores.map((score, model) => (model === a ? (scores[b] ?? score) : model === b ? (scores[a] ?? score) : score));
}

function shuffled(count: number, chance: ReturnType<typeof xoroshiro128plus>): readonly number[] {
  const order = Array.from({ length: count }, (_, at) => at);
  for (let last = count - 1; last > 0; last--) {
    const other = uniformInt(chance, 0, last);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}

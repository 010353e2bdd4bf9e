import { computeResonanceScore, computeRlScore, LinUcb, updateMemory } from "@caio/control";
import { MICRO, mulDiv } from "@caio/core";
import { scoreService } from "@caio/orchestrator";
import type { LearnedValue } from "@caio/contracts";
import type { Weights } from "@caio/rules";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

import type { AblationPrompt, AblationWorld } from "./ablation-world.ts";

/** A policy's weights, and how its terms come about. */
export interface AblationSettings {
  readonly weights: Weights;
  /** Contracts declare the competence that was measured; otherwise they say nothing of it. */
  readonly competence?: boolean;
  /** λ of the memory, micros. */
  readonly decayMicros?: number;
  /** c of LinUCB, micros; 500 000, the default of policies, unless said. */
  readonly widthMicros?: number;
}

/** What was chosen, prompt by prompt, in the order of the world. */
export interface AblationRun {
  readonly scores: Float64Array;
  readonly prices: Float64Array;
  /** The score that each prompt would have had on average, had the same choices been dealt to the prompts by lot. */
  readonly dealt: Float64Array;
}

/**
 * Decides all prompts once, in an order by chance, and learns from each outcome before the next: reward 2·score − 1, LinUCB and memory as H has them. Equal
 * scores are told apart by a lot, the same for all settings.
 */
export function runOnline(world: AblationWorld, settings: AblationSettings, seed: number): AblationRun {
  const { prompts, prices } = world;
  const random = xoroshiro128plus(seed);
  const bandit = new LinUcb();
  const learned = prices.map((): LearnedValue | undefined => undefined);
  const memory = prices.map((): readonly number[] | undefined => undefined);
  const run = { scores: new Float64Array(prompts.length), prices: new Float64Array(prompts.length), dealt: new Float64Array(prompts.length) };
  const shares = prices.map(() => 0);
  for (const place of shuffled(prompts.length, random)) {
    const prompt = prompts[place];
    if (prompt === undefined) continue;
    const lot = uniformInt(random, 0, prices.length - 1);
    const chosen = best(prices.map((_, model) => scoreOf(world, prompt, model, settings, learned[model], memory[model])), lot);
    const score = prompt.scores[chosen] ?? 0;
    run.scores[place] = score;
    run.prices[place] = prices[chosen] ?? 0;
    shares[chosen] = (shares[chosen] ?? 0) + 1 / prompts.length;
    const rewardMicros = Math.round((2 * score - 1) * MICRO);
    learned[chosen] = bandit.update(learned[chosen] ?? bandit.initial(), prompt.fields.features, rewardMicros);
    memory[chosen] = updateMemory(memory[chosen], prompt.intent, rewardMicros, settings.decayMicros);
  }
  prompts.forEach(({ scores }, place) => (run.dealt[place] = scores.reduce((sum, score, model) => sum + score * (shares[model] ?? 0), 0)));
  return run;
}

/** The score of calculus §6. Risk and Latency are the same for all models here, as are alignment (unsaid) and overflow (unsaid) in M. */
function scoreOf(
  world: AblationWorld,
  prompt: AblationPrompt,
  model: number,
  { weights, competence, widthMicros = MICRO / 2 }: AblationSettings,
  learned: LearnedValue | undefined,
  memory: readonly number[] | undefined,
): number {
  const cost = world.costs[model] ?? 0;
  const able = competence === true ? (world.competence[model] ?? 0) : MICRO / 2;
  const terms = {
    intent: prompt.intents[model] ?? 0,
    attention: prompt.attentions[model] ?? 0,
    rl: weights.rl === 0 ? 0 : computeRlScore(learned, prompt.fields, widthMicros),
    resonance: weights.resonance === 0 ? 0 : computeResonanceScore(memory, prompt.fields),
    model: mulDiv(able - cost - MICRO, 1, 4, "half-even"),
    ...{ cost, risk: 0, latency: 0 },
  };
  return scoreService(terms, 0, weights);
}

/** The place of the largest, the first from the lot on. */
function best(scores: readonly number[], lot: number): number {
  let at = lot;
  for (let step = 1; step < scores.length; step++) {
    const place = (lot + step) % scores.length;
    if ((scores[place] ?? 0) > (scores[at] ?? 0)) at = place;
  }
  return at;
}

function shuffled(count: number, random: ReturnType<typeof xoroshiro128plus>): number[] {
  const order = Array.from({ length: count }, (_, place) => place);
  for (let at = count - 1; at > 0; at--) {
    const other = uniformInt(random, 0, at);
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}

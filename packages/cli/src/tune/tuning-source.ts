import type { Estimate, NoOverlapReason, TuningCase } from "@caio/learning";
import { scoreService, tieDigest, weightNames } from "@caio/orchestrator";
import type { Weights } from "@caio/rules";

import type { ChosenPair, PastDecision } from "../whatif/past-decision.ts";

/** What weights are worth on decisions that they were not tuned on. */
export interface Judged {
  readonly quality: Estimate;
  /** Against what decided, or the weights that were there first. */
  readonly qualityGain: Estimate;
  /** Promised, micros per decision. */
  readonly costMicros: number;
  readonly costGainMicros: number;
}

/** Decisions to tune on, and others to judge by. */
export interface TuningSource {
  readonly start: Weights;
  readonly cases: readonly TuningCase[];
  /** Decisions that were held out. */
  readonly held: number;
  readonly currency: string;
  judge(weights: Weights): Judged | NoOverlapReason;
}

const NO_WEIGHTS: Weights = { intent: 0, attention: 0, rl: 0, resonance: 0, model: 0, cost: 0, risk: 0, latency: 0 };
const MICRO = 1_000_000;

/** A decision with what its pairs promised. */
export type Tunable = ChosenPair & Pick<PastDecision, "promised">;

/**
 * A decision as tuning sees it; undefined if some promised cost is unknown.
 *
 * @param knows - quality by the place of the pair among those admitted, and whether anything is known of it
 */
export function tuningCase(decision: Tunable, knows: (place: number) => { readonly quality: number; readonly seen: boolean }): TuningCase | undefined {
  const costs = decision.promised.map(({ costMicros }) => costMicros);
  if (costs.includes(null)) return undefined;
  const chance = { seed: decision.seed, commitments: { digest: decision.requestDigest }, exploration: { epsilonPpm: 0, maxLossMicros: 0 } };
  const pairs = decision.admitted.map((pair, place) => ({
    tie: tieDigest(chance, pair),
    terms: weightNames.map((name) => scoreService(pair.terms, 0, { ...NO_WEIGHTS, [name]: 1 })),
    offset: MICRO * pair.prefer,
    costMicros: costs[place] ?? 0,
    ...knows(place),
  }));
  return { pairs: pairs.sort((a, b) => (a.tie < b.tie ? -1 : 1)) };
}

/** Weights in the order of their names, and back. */
export function listOf(weights: Weights): readonly number[] {
  return weightNames.map((name) => weights[name]);
}

export function weightsOfList(list: readonly number[]): Weights {
  return { ...NO_WEIGHTS, ...Object.fromEntries(weightNames.map((name, at) => [name, list[at] ?? 0])) };
}

import type { Candidate, ExpectedValues, FeatureVector, Field, HistoryLeaf, LearnedValue } from "@caio/contracts";

import { fft, inverseFft } from "../exact/fourier.ts";
import { keepBand } from "../field/bands.ts";
import { highBandFeatures } from "../field/high-band-features.ts";
import { samplesOf } from "../field/samples.ts";
import type { AdvanceOptions, LearnedOutcome, LearnedReward } from "./history-advance.ts";
import { LinUcb } from "./lin-ucb.ts";
import { correctMemory, updateMemory } from "./memory-update.ts";
import { caseDirection } from "./online/case-direction.ts";
import { addCost } from "./online/learned-costs.ts";
import { beginOnline } from "./online/claim-priors.ts";
import type { LearnedPoint } from "./online/online-estimate.ts";
import { defaultOnlineSettings } from "./online/online-settings.ts";
import { correctOnline, updateOnline, type WithOnline } from "./online/online-update.ts";

/** Teaches a leaf what came: LinUCB, the online value if there is one or one is to begin, and the memory field. */
export class Teacher {
  readonly #options: AdvanceOptions;
  readonly #bandit: LinUcb;

  constructor(options: AdvanceOptions) {
    this.#options = options;
    this.#bandit = options.bandit ?? new LinUcb();
  }

  /** An outcome: it counts, and its reward is learned. */
  learn(leaf: HistoryLeaf, { outcome, intent, features, expected, inputTokens, waits }: LearnedOutcome): HistoryLeaf {
    if (waits === true && outcome.status === "success") {
      return { ...leaf, outcomes: leaf.outcomes + 1, ...(leaf.learned === undefined ? {} : { learned: withCost(leaf.learned, inputTokens, outcome.costMicros) }) };
    }
    return {
      ...leaf,
      outcomes: leaf.outcomes + 1,
      violations: leaf.violations + (outcome.status === "success" ? 0 : 1),
      learned: withCost(this.#taught(leaf, pointOf(intent, features), outcome.rewardMicros - foreseen(expected, leaf)), inputTokens, outcome.costMicros),
      memory: updateMemory(leaf.memory, intent, outcome.rewardMicros, this.#options.memoryDecayMicros),
    };
  }

  /** A reward that feedback gave: the first of its decision, or another than was learned. */
  reward(leaf: HistoryLeaf, { fromMicros, toMicros, intent, features, expected }: LearnedReward): HistoryLeaf {
    const { memoryDecayMicros } = this.#options;
    const point = pointOf(intent, features);
    // Where nothing is left of what was learned there is nothing to change.
    if (fromMicros === null || leaf.learned === undefined) {
      return { ...leaf, learned: this.#taught(leaf, point, toMicros - foreseen(expected, leaf)), memory: updateMemory(leaf.memory, intent, toMicros, memoryDecayMicros) };
    }
    if (fromMicros === toMicros) return leaf;
    const delta = toMicros - fromMicros;
    return { ...leaf, learned: this.#corrected(leaf.learned, point, delta), memory: correctMemory(leaf.memory, intent, delta, memoryDecayMicros) };
  }

  #taught({ learned }: HistoryLeaf, point: LearnedPoint, rewardMicros: number): LearnedValue {
    const { online } = this.#options;
    const known = learned ?? this.#bandit.initial();
    // What LinUCB learned alone was of whole rewards, not of what a level leaves: it goes on alone.
    const begun = learned === undefined && online !== undefined ? beginOnline(known, online) : known;
    return hasOnline(begun)
      ? updateOnline(begun, point, rewardMicros, online ?? defaultOnlineSettings, this.#bandit)
      : this.#bandit.update(begun, point.features, rewardMicros);
  }

  #corrected(learned: LearnedValue, point: LearnedPoint, delta: number): LearnedValue {
    return hasOnline(learned)
      ? correctOnline(learned, point, delta, this.#options.online ?? defaultOnlineSettings, this.#bandit)
      : this.#bandit.correct(learned, point.features, delta);
  }
}

function withCost(learned: LearnedValue, inputTokens: number | undefined, costMicros: number | undefined): LearnedValue {
  if (!hasOnline(learned) || inputTokens === undefined || costMicros === undefined) return learned;
  return { ...learned, online: { ...learned.online, costs: addCost(learned.online.costs, inputTokens, costMicros) } };
}

/** What a fitted model expected of the pair beyond its average, micros; 0 if it was not asked. */
function foreseen(expected: ExpectedValues | undefined, { service, model }: Candidate): number {
  return expected?.pairs.find((pair) => pair.service === service && pair.model === model)?.micros ?? 0;
}

function hasOnline(learned: LearnedValue): learned is WithOnline {
  return learned.online !== undefined;
}

function pointOf(intent: Field, features: FeatureVector | undefined): LearnedPoint {
  const spectrum = fft(samplesOf(intent));
  keepBand(spectrum, "high");
  return { features: highBandFeatures(spectrum), direction: caseDirection(features, inverseFft(spectrum)) };
}

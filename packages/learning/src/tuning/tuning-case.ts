/** What is known of one thing that could have been chosen. */
export interface TuningPair {
  /** The terms of its score in the order of the weights, micros, each with the sign by which it enters. */
  readonly terms: readonly number[];
  /** What the score holds beside them, pico. */
  readonly offset: number;
  /** What choosing it is worth, or an unbiased estimate of that: of a log, a prediction and the error of it where it was chosen. */
  readonly quality: number;
  /** Micros of money. */
  readonly costMicros: number;
  /** False: the log could not have taken it, so that nothing is known of its quality. */
  readonly seen: boolean;
}

/** A decision to be made again, by weights: at least one pair, in the order in which ties are broken. */
export interface TuningCase {
  readonly pairs: readonly TuningPair[];
}

/** What weights give over cases, per case. */
export interface TunedOutcome {
  readonly quality: number;
  readonly costMicros: number;
  /** Share of the cases where the choice is one that nothing is known of. */
  readonly unseen: number;
}

/** The pair that comes first: the largest score, of equals the one listed first. Weights and terms are integers, and so is their sum. */
export function firstPair({ pairs }: TuningCase, weights: readonly number[]): TuningPair | undefined {
  let [best, bestScore]: [TuningPair | undefined, number] = [undefined, Number.NEGATIVE_INFINITY];
  for (const pair of pairs) {
    let score = pair.offset;
    for (let at = 0; at < weights.length; at++) score += (weights[at] ?? 0) * (pair.terms[at] ?? 0);
    if (score > bestScore) [best, bestScore] = [pair, score];
  }
  return best;
}

/** What these weights give. */
export function outcomeOf(cases: readonly TuningCase[], weights: readonly number[]): TunedOutcome {
  let [quality, cost, unseen] = [0, 0, 0];
  for (const each of cases) {
    const pair = firstPair(each, weights);
    if (pair === undefined) continue;
    quality += pair.quality;
    cost += pair.costMicros;
    if (!pair.seen) unseen++;
  }
  const count = Math.max(1, cases.length);
  return { quality: quality / count, costMicros: cost / count, unseen: unseen / count };
}

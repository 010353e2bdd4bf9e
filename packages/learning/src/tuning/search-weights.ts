import { digest } from "@caio/core";

import { outcomeOf, type TunedOutcome, type TuningCase } from "./tuning-case.ts";

/** Weights and what they give on the cases that were searched. */
export interface TriedWeights extends TunedOutcome {
  readonly weights: readonly number[];
}

/** How weights are looked for. */
export interface SearchTerms {
  /** Weights that are tried first, micros; of equals they win. */
  readonly start: readonly number[];
  /** Places of the weights that may change. */
  readonly vary: readonly number[];
  /** Places of the weights that may be below nought. */
  readonly signed: readonly number[];
  readonly seed: number;
  /** Drawn by chance, before the best are improved step by step. */
  readonly tries: number;
  /** Money per point of quality, micros: for each the best is improved. */
  readonly tradesMicros: readonly number[];
}

/** Values that a weight is drawn from and moved along, micros. */
const LADDER = [0, 10_000, 20_000, 50_000, 100_000, 200_000, 300_000, 500_000, 700_000, 1_000_000] as const;
const BELOW = [-10_000, -50_000, -100_000, -200_000] as const;
const MOST_ROUNDS = 20;

/** What a trade makes of quality and cost: micros of money per case. */
export function worthOf({ quality, costMicros }: Pick<TunedOutcome, "quality" | "costMicros">, tradeMicros: number): number {
  return tradeMicros * quality - costMicros;
}

/**
 * Weights that were tried, the start first: so many drawn by chance, and for every trade a walk from the best of them, one weight at a time, as long as it gains.
 * Weights by which anything is chosen that nothing is known of are left out, the start apart. The same for the same seed.
 */
export function searchWeights(cases: readonly TuningCase[], terms: SearchTerms): readonly TriedWeights[] {
  const { start, tries, tradesMicros } = terms;
  const found = new Map<string, TriedWeights>();
  const put = (weights: readonly number[]): TriedWeights => {
    const key = weights.join(" ");
    const known = found.get(key);
    if (known !== undefined) return known;
    const tried = { weights, ...outcomeOf(cases, weights) };
    found.set(key, tried);
    return tried;
  };
  put(start);
  for (let attempt = 0; attempt < tries; attempt++) put(drawn(terms, attempt));
  const known = (): readonly TriedWeights[] => [...found.values()].filter(({ unseen }, place) => place === 0 || unseen === 0);
  for (const trade of tradesMicros) walk(bestFor(known(), trade), terms, put, trade);
  return known();
}

/** The best for a trade: of equals the one tried first. Undefined of nothing. */
export function bestFor(tried: readonly TriedWeights[], tradeMicros: number): TriedWeights | undefined {
  let best: TriedWeights | undefined;
  for (const each of tried) if (best === undefined || worthOf(each, tradeMicros) > worthOf(best, tradeMicros)) best = each;
  return best;
}

/** The same outcome or a better one with fewer weights changed: each goes back to where it was as long as nothing is lost. */
export function simplified(cases: readonly TuningCase[], { weights }: Pick<TriedWeights, "weights">, start: readonly number[]): TriedWeights {
  let kept: TriedWeights = { weights, ...outcomeOf(cases, weights) };
  for (const [place, value] of start.entries()) {
    const back = kept.weights.map((weight, index) => (index === place ? value : weight));
    const outcome = outcomeOf(cases, back);
    if (outcome.quality >= kept.quality && outcome.costMicros <= kept.costMicros && outcome.unseen <= kept.unseen) kept = { weights: back, ...outcome };
  }
  return kept;
}

function walk(from: TriedWeights | undefined, { vary, signed }: SearchTerms, put: (weights: readonly number[]) => TriedWeights, trade: number): void {
  let at = from;
  for (let round = 0; round < MOST_ROUNDS && at !== undefined; round++) {
    const before: TriedWeights = at;
    for (const place of vary) {
      for (const value of steps(at.weights[place] ?? 0, rungs(place, signed))) {
        const tried = put(at.weights.map((weight, index) => (index === place ? value : weight)));
        if (tried.unseen === 0 && worthOf(tried, trade) > worthOf(at, trade)) at = tried;
      }
    }
    if (at === before) return;
  }
}

function rungs(place: number, signed: readonly number[]): readonly number[] {
  return signed.includes(place) ? [...LADDER, ...BELOW] : LADDER;
}

/** The ladder, and what lies a little to either side. */
function steps(weight: number, ladder: readonly number[]): readonly number[] {
  return [...ladder, Math.round(weight * 0.8), Math.round(weight * 1.25)].filter((value) => value !== weight);
}

function drawn({ start, vary, signed, seed }: SearchTerms, attempt: number): readonly number[] {
  const lots = digest(["caio-tune-v1", seed, attempt]);
  return start.map((weight, place) => {
    const at = vary.indexOf(place);
    const ladder = rungs(place, signed);
    return at < 0 ? weight : (ladder[Number.parseInt(lots.slice(at * 6, at * 6 + 6), 16) % ladder.length] ?? weight);
  });
}

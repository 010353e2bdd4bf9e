import { CaioError } from "@caio/core";
import { bestFor, paretoFront, searchWeights, simplified, type Estimate, type NoOverlapReason, type TriedWeights, type TunedOutcome } from "@caio/learning";
import { weightNames } from "@caio/orchestrator";
import type { Weights } from "@caio/rules";

import { listOf, weightsOfList, type Judged, type TuningSource } from "./tuning-source.ts";

/** What is asked of tuning. */
export interface TuningTerms {
  /** Money per point of quality, micros: what a decision of quality 1 is worth more than one of quality 0. */
  readonly tradeMicros: number;
  readonly seed: number;
  readonly tries: number;
  /** Weights that may change, by place. */
  readonly vary: readonly number[];
}

/** Weights with what they gave where they were tuned, and what they are worth where they were not. */
export interface TunedPoint {
  readonly weights: Weights;
  readonly tuned: TunedOutcome;
  readonly held: Judged | NoOverlapReason;
  /** Per held-out decision against what decided, trade · quality − cost, micros of money with its 95 % interval; null without overlap. */
  readonly gainMicros: Pick<Estimate, "value" | "low" | "high"> | null;
}

/** What tuning found. */
export interface TuningReport {
  readonly terms: TuningTerms;
  readonly currency: string;
  readonly decisions: { readonly tuned: number; readonly held: number };
  readonly tried: number;
  readonly start: TunedPoint;
  readonly chosen: TunedPoint;
  /** Better for more money, cheapest first, as it was where they were tuned. */
  readonly front: readonly TunedPoint[];
  /** `better`: the held-out gain is above 0 with its whole interval. `unsure`: it may be nothing, or fewer than ten decisions were held out. */
  readonly verdict: "better" | "unsure" | "unchanged";
}

const FRONT_POINTS = 12;
/** Of fewer an interval says nothing: two alike have none. As of a log (`OverlapFloors`). */
const LEAST_HELD = 10;
/** The model's term holds a quarter of the price: a cost below nought takes it out again. */
const SIGNED = [weightNames.indexOf("cost")];
/** Trades around the one that was stated, for which the front is sought, too. */
const AROUND = [0.01, 0.1, 1 / 3, 1, 3, 10, 100] as const;

/**
 * Finds the weights that are worth most at a trade, on one part of the decisions, and says what they are worth on the other.
 *
 * @throws CaioError `NoOverlap` if the log knows of nothing but what was done
 */
export function tuneWeights(source: TuningSource, terms: TuningTerms): TuningReport {
  const { tradeMicros, seed, tries, vary } = terms;
  const tried = searchWeights(source.cases, { start: listOf(source.start), vary, signed: SIGNED, seed, tries, tradesMicros: AROUND.map((factor) => Math.round(tradeMicros * factor)) });
  requireSeen(source);
  const point = (found: TriedWeights): TunedPoint => {
    const { weights, ...tuned } = simplified(source.cases, found, listOf(source.start));
    const held = source.judge(weightsOfList(weights));
    return { weights: weightsOfList(weights), tuned, held, gainMicros: gainOf(held, tradeMicros) };
  };
  const [start] = tried;
  const best = bestFor(tried, tradeMicros);
  if (start === undefined || best === undefined) throw new CaioError("NotFound", "There is nothing to tune.");
  const chosen = point(best);
  return {
    terms,
    currency: source.currency,
    decisions: { tuned: source.cases.length, held: source.held },
    tried: tried.length,
    start: point(start),
    chosen,
    front: thinned(paretoFront(tried), FRONT_POINTS).map(point),
    verdict: verdictOf(chosen, source.held, best === start),
  };
}

/** Where every other pair is one that nothing is known of, all weights that were tried would do what was done. */
function requireSeen({ cases }: TuningSource): void {
  if (cases.some(({ pairs }) => pairs.filter(({ seen }) => seen).length > 1)) return;
  const message = "The log knows nothing of any pair but those that were chosen: nothing can be said of other weights. Let the policy explore for a while, exploration: { epsilon: 0.05, max_loss: 0.1 }, or tune on labelled outcomes: --outcomes FILE.";
  throw new CaioError("NoOverlap", message, { details: { decisions: cases.length } });
}

function gainOf(held: Judged | NoOverlapReason, tradeMicros: number): TunedPoint["gainMicros"] {
  if (typeof held === "string") return null;
  const { qualityGain, costGainMicros } = held;
  const money = (quality: number): number => tradeMicros * quality - costGainMicros;
  return { value: money(qualityGain.value), low: money(qualityGain.low), high: money(qualityGain.high) };
}

function verdictOf({ gainMicros }: TunedPoint, held: number, isStart: boolean): TuningReport["verdict"] {
  if (isStart) return "unchanged";
  return gainMicros !== null && held >= LEAST_HELD && gainMicros.low > 0 ? "better" : "unsure";
}

/** So many of a list, the first and the last among them. */
function thinned<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_item, at) => Math.round((at * (items.length - 1)) / (count - 1))).flatMap((place) => items.slice(place, place + 1));
}

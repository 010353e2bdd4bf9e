import { chooseByTrade, chosenOf, meanOf, type PromptMatrix, type QualityCost } from "@caio/learning";

/** A trade-off: what quality (0 … 1) one unit of cost is worth. */
export type Trade = number;

/** Trade-offs from "quality alone" to "cost alone"; `scale` is what a dear prompt costs. */
export function tradesFor(scale: number): readonly Trade[] {
  const steps = Array.from({ length: 120 }, (_, index) => (0.001 * 10 ** ((index * 4) / 119)) / scale);
  return [0, ...steps, Infinity];
}

/** What one trade-off of a method gives on a part: a number per prompt. */
export interface Traded {
  readonly trade: Trade;
  readonly choice: Uint16Array;
  readonly quality: Float64Array;
  readonly cost: Float64Array;
}

/** A method at every trade-off. */
export function traded(values: PromptMatrix, scores: PromptMatrix, costs: PromptMatrix, trades: readonly Trade[]): readonly Traded[] {
  return trades.map((trade) => {
    const choice = chooseByTrade(values, costs, trade);
    return { trade, choice, quality: chosenOf(scores, choice), cost: chosenOf(costs, choice) };
  });
}

/** Mean quality and cost, prompts weighted as a bootstrap draws them. */
export function pointOf({ quality, cost }: Pick<Traded, "quality" | "cost">, weights?: ArrayLike<number>): QualityCost {
  return { quality: meanOf(quality, weights), cost: meanOf(cost, weights) };
}

/** Costs this close count as equal. */
const EQUAL_COST = 1.001;

/**
 * The cheapest trade-off whose mean quality is at least the target, undefined if none is. Of several that are as cheap the middle one: it is the
 * farthest from where choices change.
 */
export function cheapestWithin(all: readonly Traded[], target: number): Traded | undefined {
  const within = all.map((each) => ({ each, ...pointOf(each) })).filter(({ quality }) => quality >= target);
  const least = Math.min(...within.map(({ cost }) => cost));
  const cheapest = within.filter(({ cost }) => cost <= least * EQUAL_COST);
  return cheapest[cheapest.length >> 1]?.each;
}

import { MAX_COST_CLASSES, type LearnedCost } from "@caio/contracts";
import { roundHalfEven } from "@caio/core";

/** Outcomes in a class after which they are halved, so that what is old fades: about the last hundred count. */
const MOST_OUTCOMES = 128;

/** The costs with one answer more. */
export function addCost(costs: readonly LearnedCost[], inputTokens: number, costMicros: number): readonly LearnedCost[] {
  const lengthClass = lengthClassOf(inputTokens);
  const known = costs.find((each) => each.lengthClass === lengthClass) ?? { lengthClass, outcomes: 0, sumMicros: 0 };
  const full = known.outcomes >= MOST_OUTCOMES;
  const outcomes = (full ? known.outcomes / 2 : known.outcomes) + 1;
  const sumMicros = (full ? Math.floor(known.sumMicros / 2) : known.sumMicros) + costMicros;
  return [...costs.filter((each) => each.lengthClass !== lengthClass), { lengthClass, outcomes, sumMicros }].sort((a, b) => a.lengthClass - b.lengthClass);
}

/**
 * What an answer to a prompt of this length is expected to cost, micros: the mean of its class, else of the nearest class that has any, the
 * shorter first. Undefined where nothing was measured. It is no promise: limits hold the worst case (calculus §5).
 */
export function predictedCostMicros(costs: readonly LearnedCost[], inputTokens: number): number | undefined {
  const wanted = lengthClassOf(inputTokens);
  let best: LearnedCost | undefined;
  for (const each of costs) if (best === undefined || Math.abs(each.lengthClass - wanted) < Math.abs(best.lengthClass - wanted)) best = each;
  return best === undefined ? undefined : roundHalfEven(best.sumMicros / best.outcomes);
}

/** ⌊log₂ tokens⌋, within the classes; 0 for none. */
function lengthClassOf(inputTokens: number): number {
  let lengthClass = 0;
  for (let rest = Math.floor(inputTokens / 2); rest >= 1 && lengthClass < MAX_COST_CLASSES - 1; rest = Math.floor(rest / 2)) lengthClass += 1;
  return lengthClass;
}

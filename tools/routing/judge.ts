import { hullArea, type PromptMatrix } from "@caio/learning";

import { cheapestWithin, pointOf, traded, tradesFor, type Trade, type Traded } from "./trades.ts";

/** Expected scores of a method on the tuning and on the test part. */
export interface Predicted {
  readonly name: string;
  readonly tune: PromptMatrix;
  readonly test: PromptMatrix;
}

/** Scores and costs of a part. */
export interface Truth {
  readonly scores: PromptMatrix;
  readonly costs: PromptMatrix;
}

/** The model that a method has to be as good as: the best one on what it was fitted on. */
export interface Reference {
  readonly model: number;
}

/** What is said of a method. */
export interface Judged {
  readonly name: string;
  readonly curve: readonly Traded[];
  /** Mean quality of the hull between the cost of the cheapest and of the reference model. */
  readonly area: number;
  /** The cheapest trade-off that keeps the reference's quality, chosen on the test part itself: what nobody could have known. */
  readonly hindsight: Traded | undefined;
  /** The trade-off that the tuning part chose. */
  readonly deployed: Traded;
  readonly deployedTrade: Trade;
}

/** A method judged on the test part. */
export function judge(predicted: Predicted, tune: Truth, test: Truth, reference: Reference): Judged {
  const trades = tradesFor(scaleOf(tune.costs, reference.model));
  const tuned = traded(predicted.tune, tune.scores, tune.costs, trades);
  const target = pointOf(single(tune, reference.model)).quality;
  const deployedTrade = (cheapestWithin(tuned, target) ?? tuned[0])?.trade ?? 0;
  const curve = traded(predicted.test, test.scores, test.costs, trades);
  const deployed = curve.find(({ trade }) => trade === deployedTrade) ?? curve[0];
  if (deployed === undefined) throw new Error("no trade-offs");
  return {
    name: predicted.name,
    curve,
    area: areaOf(curve, test, reference.model),
    hindsight: cheapestWithin(curve, pointOf(single(test, reference.model)).quality),
    deployed,
    deployedTrade,
  };
}

/** `Judged.area`, prompts weighted as a bootstrap draws them. */
export function areaOf(curve: readonly Traded[], test: Truth, reference: number, weights?: ArrayLike<number>): number {
  const points = curve.map((each) => pointOf(each, weights));
  const from = Math.min(...Array.from({ length: test.costs.width }, (_, model) => pointOf(single(test, model), weights).cost));
  return hullArea(points, from, pointOf(single(test, reference), weights).cost);
}

/** One model for every prompt. */
export function single({ scores, costs }: Truth, model: number): Traded {
  const choice = new Uint16Array(scores.numbers.length / scores.width).fill(model);
  const column = ({ width, numbers }: PromptMatrix): Float64Array => Float64Array.from(choice, (_, prompt) => numbers[prompt * width + model] ?? 0);
  return { trade: 0, choice, quality: column(scores), cost: column(costs) };
}

function scaleOf({ width, numbers }: PromptMatrix, model: number): number {
  let sum = 0;
  for (let at = model; at < numbers.length; at += width) sum += numbers[at] ?? 0;
  return (sum * width) / numbers.length || 1;
}

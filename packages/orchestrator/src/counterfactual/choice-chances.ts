import { choose, type ChoiceInput, type Propensity, type Scored, type Some } from "../choice.ts";

const MILLION = 1_000_000;

/**
 * How likely `choose` was to take each of these pairs, as exact fractions in their order (calculus §6): what it states of the one it took, for
 * all. Chance is the draw of exploration; the seed that breaks ties is taken as it was.
 */
export function choiceChances<T extends Scored>(admissible: Some<T>, input: ChoiceInput): readonly Propensity[] {
  const { epsilonPpm, maxLossMicros } = input.exploration;
  const { selected: greedy } = choose(admissible, { ...input, exploration: { epsilonPpm: 0, maxLossMicros: 0 } });
  const isNear = ({ score }: T): boolean => greedy.score - score <= maxLossMicros * MILLION;
  const near = admissible.filter(isNear).length;
  return admissible.map((candidate) => ({
    numerator: (isNear(candidate) ? epsilonPpm : 0) + (candidate === greedy ? (MILLION - epsilonPpm) * near : 0),
    denominator: MILLION * near,
  }));
}

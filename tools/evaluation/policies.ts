import type { OutcomeTable } from "@caio/learning";
import type { Chance } from "@caio/learning";
import { choiceChances } from "@caio/orchestrator";

const MICRO = 1_000_000;

/** The chances of every model of a table on each of its prompts. */
export interface SimulatedPolicy {
  readonly name: string;
  readonly chances: readonly (readonly Chance[])[];
}

/** How a router of calculus §6 weighs quality against price, and how it explores. */
export interface RouterTerms {
  /** Weight of the price, relative to the dearest model's, against a quality of 1. */
  readonly price: number;
  readonly epsilonPpm: number;
  readonly maxLossMicros: number;
}

/** A router that knows these qualities, by the choice of the product itself. */
export function routerOf(name: string, table: OutcomeTable, qualities: Float64Array, { price, epsilonPpm, maxLossMicros }: RouterTerms): SimulatedPolicy {
  const { models, prompts } = table;
  const dearest = Math.max(...models.map(({ outputPrice }) => outputPrice));
  const chance = { seed: "0".repeat(64), commitments: { digest: "0".repeat(64) }, exploration: { epsilonPpm, maxLossMicros } };
  const chances = prompts.map((_prompt, row) => {
    const scored = models.map(({ id, outputPrice }, at) => {
      const score = (qualities[row * models.length + at] ?? 0) - price * (outputPrice / dearest);
      return { service: id, model: null, score: Math.round(score * MICRO) * MICRO };
    });
    const [head, ...tail] = scored;
    return head === undefined ? [] : choiceChances([head, ...tail], chance);
  });
  return { name, chances };
}

/** Always the same model. */
export function always(id: string, table: OutcomeTable): SimulatedPolicy {
  const row = table.models.map((model): Chance => ({ numerator: model.id === id ? 1 : 0, denominator: 1 }));
  return { name: id, chances: table.prompts.map(() => row) };
}

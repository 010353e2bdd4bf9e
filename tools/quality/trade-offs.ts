import type { Contest } from "./deployment.ts";

/**
 * Trade-offs from the most careful to the one that saves most: points of predicted score that a whole saving of the reference's price is
 * worth. Below 0 a cheaper model has to be better by that.
 */
export const TRADE_OFFS: readonly number[] = [-0.2, -0.15, -0.1, -0.05, 0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3];

/** The model, by place, with the best predicted score plus what its lower price is worth; the first of equals. */
export function choiceAt({ world, models }: Contest, predicted: readonly number[], tradeOff: number): number {
  const price = (model: number | undefined): number => world.table.models[model ?? 0]?.outputPrice ?? 0;
  const whole = price(models[0]);
  let [best, found] = [-Infinity, 0];
  models.forEach((model, at) => {
    const value = (predicted[at] ?? 0) + tradeOff * (1 - price(model) / whole);
    if (value > best) [best, found] = [value, at];
  });
  return found;
}

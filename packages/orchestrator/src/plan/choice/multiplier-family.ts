import type { PlanTree } from "@caio/traceability";

import { profitOf, scaledMultipliers, type Multipliers } from "./multipliers.ts";
import type { Item } from "./plan-problem.ts";

/** Deep in a search what is left of the limits may be worth more or less than at its root, in millionths. */
const FACTORS = [1_000_000, 400_000, 650_000, 1_500_000, 2_300_000];

/** The multipliers found, and around them such as fit where more or less is left of the limits. Each once. */
export function multiplierFamily(tree: PlanTree, center: Multipliers): readonly Multipliers[] {
  const family = new Map<string, Multipliers>();
  for (const uses of FACTORS) {
    for (const us of FACTORS) {
      const scaled = scaledMultipliers(tree, center, uses, us);
      family.set([...scaled.uses, ...scaled.us].join(), scaled);
    }
  }
  return [...family.values()];
}

/** The steps with the most to lose first: they close most of the tree. */
export function searchOrder(steps: readonly (readonly Item[])[], multipliers: Multipliers): readonly number[] {
  const losses = steps.map((items, step) => {
    const profits = items.map((item) => profitOf(item, multipliers, step)).sort((a, b) => b - a);
    return (profits[0] ?? 0) - (profits[3] ?? -Infinity);
  });
  return steps.map((_, step) => step).sort((a, b) => (losses[a] === losses[b] ? a - b : (losses[b] ?? 0) - (losses[a] ?? 0)));
}

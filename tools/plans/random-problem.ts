import { sha256Hex } from "@caio/core";
import type { PlanProblem } from "@caio/orchestrator";
import type { OfferedBound, PlanLimits, PlanOffer, PlanTree } from "@caio/traceability";

import type { Dice } from "./dice.ts";

/** How large a problem may be. */
export interface ProblemSize {
  readonly steps: number;
  readonly offers: number;
}

const COVERAGES = [900_000, 950_000, 990_000, 995_000, 999_000, 1_000_000];

/**
 * A random problem: scores of few sizes, so that there are ties, or of many; limits from none to more than can be kept; pairs that are silent
 * now and then.
 */
export function randomProblem({ steps: most, offers }: ProblemSize, dice: Dice): PlanProblem {
  const count = dice.integer(1, most);
  const tree = randomTree(Array.from({ length: count }, (_, step) => step), dice);
  const coarse = dice.integer(0, 2) === 0;
  const steps = Array.from({ length: count }, (_, step) => {
    const all = Array.from({ length: dice.integer(1, offers) }, (_unused, place) => randomOffer(place, coarse, dice));
    return { offers: all, ties: all.map((_unused, place) => sha256Hex(`${String(dice.integer(0, 1_000_000_000))} ${String(step)} ${String(place)}`)) };
  });
  return { tree, steps, limits: randomLimits(count, dice) };
}

function randomOffer(place: number, coarse: boolean, dice: Dice): PlanOffer {
  const quality = dice.integer(0, 1000);
  const bounds = COVERAGES.filter(() => dice.integer(0, 2) === 0).slice(0, 3);
  const typical = 50 + Math.floor((quality * dice.integer(100, 900)) / 1000);
  return {
    service: `s${String(place)}`,
    model: null,
    score: coarse ? dice.integer(-2, 3) * 100_000_000_000 : quality * 1_000_000_000 - dice.integer(0, 400_000_000_000),
    costMicros: dice.integer(0, 19) === 0 ? null : Math.floor((quality * dice.integer(500, 1500)) / 1000),
    bounds: bounds.map((coveragePpm, at): OfferedBound => ({ boundUs: typical * (1 + at) + dice.integer(0, 50), coveragePpm })),
    availabilityMicros: dice.integer(0, 4) === 0 ? 1_000_000 : dice.integer(900_000, 999_999),
    accuracyMicros: dice.integer(0, 9) === 0 ? 0 : dice.integer(800_000, 1_000_000),
  };
}

function randomLimits(steps: number, dice: Dice): PlanLimits {
  const asked = (value: number): number | null => (dice.integer(0, 1) === 0 ? null : value);
  return {
    budgetMicros: asked(dice.integer(0, steps * 700)),
    latencyUs: asked(dice.integer(50, steps * 700)),
    coveragePpm: 1_000_000 - dice.integer(0, steps * 60_000),
    availabilityMicros: asked(1_000_000 - dice.integer(0, steps * 80_000)),
    accuracyMicros: asked(1_000_000 - dice.integer(0, Math.min(1_000_000, steps * 220_000))),
  };
}

function randomTree(places: readonly number[], dice: Dice): PlanTree {
  const [only] = places;
  if (places.length === 1 && only !== undefined) return only;
  const cut = dice.integer(1, places.length - 1);
  const parts = [randomTree(places.slice(0, cut), dice), randomTree(places.slice(cut), dice)];
  return dice.integer(0, 1) === 0 ? { seq: parts } : { par: parts };
}

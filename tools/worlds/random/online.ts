import type { LearnedValue, OnlineValue } from "@caio/contracts";
import { quantiseFeatures } from "@caio/control";

import type { World } from "../../reference/world.ts";
import { Dice } from "./dice.ts";

const MICRO = 1_000_000;
/** Lengths of features, one of them past what a case holds. */
const LENGTHS = [3, 16, 512, 700] as const;

/** The world where values are learned online: most learned leaves have an online value, and some requests have features. One seed, one world. */
export function withOnlineValues(world: World, seed: number): World {
  const dice = new Dice(seed + 31_000_001);
  const length = dice.pick(LENGTHS);
  const features = dice.chance(60) ? { features: quantiseFeatures(Array.from({ length }, () => dice.ratio())) } : {};
  const numbers = dice.chance(70) ? (features.features === undefined ? 128 : Math.min(512, length)) : 5;
  const leaves = world.history.leaves.map((leaf) => {
    const learned = leaf.learned ?? (dice.chance(60) ? nothing() : undefined);
    return learned === undefined || dice.chance(20) ? leaf : { ...leaf, learned: { ...learned, online: randomOnline(dice, numbers) } };
  });
  return { ...world, history: { ...world.history, leaves }, request: { ...world.request, fields: { ...world.request.fields, ...features } } };
}

function nothing(): LearnedValue {
  return { theta: Array.from({ length: 16 }, () => 0), inverse: Array.from({ length: 256 }, (_, at) => (at % 17 === 0 ? 1 : 0)) };
}

function randomOnline(dice: Dice, numbers: number): OnlineValue {
  const cases = Array.from({ length: dice.pick([0, 1, 4]) }, () => {
    const weightMicros = dice.int(1, 40 * MICRO);
    const features = Array.from({ length: numbers }, () => dice.int(-127, 127));
    return { features, weightMicros, sumMicros: Math.floor(weightMicros * dice.ratio()) };
  });
  const weightMicros = dice.pick([0, MICRO, 30 * MICRO]);
  return {
    prior: { micros: dice.int(-MICRO, MICRO), weightMicros: dice.pick([0, 2 * MICRO, 200 * MICRO]), leadMicros: dice.pick([0, 0, 30_000]) },
    likenessMicros: dice.pick([200_000, 650_000]),
    cautionMicros: dice.pick([0, 134_000]),
    weightMicros,
    sumMicros: Math.floor(weightMicros * dice.ratio()),
    cases,
    errors: { levelMicros: dice.int(0, 3 * MICRO), casesMicros: dice.int(0, 3 * MICRO), linearMicros: dice.int(0, 3 * MICRO) },
    change: { aboveMicros: 0, belowMicros: dice.int(0, 16 * MICRO) },
    costs: [],
  };
}

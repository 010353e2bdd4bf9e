import type { World, WorldFreshness } from "../reference/world.ts";
import { Dice } from "./random/dice.ts";
import { randomWorld } from "./random-world.ts";

/** Ages that stand on either side of a bound, and far from it. */
const AROUND = [-1, 0, 1, 2, 1000, 86_400_000] as const;

/** A random world, two of three decided by a replica, which confirms its snapshots now and then. The world itself is that of the seed. */
export function replicaWorld(seed: number): World {
  const world = randomWorld(seed);
  const dice = new Dice(seed + 7_000_003);
  return dice.chance(34) ? world : { ...world, freshness: { registry: freshness(dice), policy: freshness(dice) } };
}

function freshness(dice: Dice): WorldFreshness {
  const boundMs = dice.pick([0, 1, 250, 5000, 60_000]);
  return { confirmedMsAgo: Math.max(0, boundMs + dice.pick(AROUND)), boundMs };
}

import type { World } from "../reference/world.ts";
import { smallerHistories } from "./minimise/smaller-histories.ts";
import { smallerPolicies } from "./minimise/smaller-policies.ts";
import { smallerRequests } from "./minimise/smaller-requests.ts";
import { smallerServices } from "./minimise/smaller-services.ts";

/**
 * A world that is as small as single steps can make it while the predicate holds: services, leaves, rules, models,
 * requirements and whatever may be unsaid are dropped, greedily. For a disagreement between two routers the predicate
 * is "they disagree"; one that throws counts as false.
 *
 * @example
 * ```ts
 * import { referenceDecision } from "../reference/master-equation.ts";
 * import { minimise } from "./minimise.ts";
 * import { randomWorld } from "./random-world.ts";
 *
 * minimise(randomWorld(3), (world) => referenceDecision(world).kind === "chosen").services.length; // 1
 * ```
 */
export function minimise(world: World, predicate: (world: World) => boolean): World {
  let current = world;
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (const smaller of [smallerServices, smallerHistories, smallerPolicies, smallerRequests]) {
      for (let next = firstOf(smaller(current), predicate); next !== undefined; next = firstOf(smaller(current), predicate)) {
        current = next;
        shrunk = true;
      }
    }
  }
  return current;
}

function firstOf(worlds: Iterable<World>, predicate: (world: World) => boolean): World | undefined {
  for (const world of worlds) if (holds(predicate, world)) return world;
  return undefined;
}

function holds(predicate: (world: World) => boolean, world: World): boolean {
  try {
    return predicate(world);
  } catch {
    return false;
  }
}

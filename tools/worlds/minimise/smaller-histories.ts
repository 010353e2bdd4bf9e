import type { World } from "../../reference/world.ts";
import { replaced, withoutMembers, withoutParts } from "./drop.ts";

/** Fewer leaves; then leaves that hold less. */
export function* smallerHistories(world: World): Generator<World> {
  const { history } = world;
  for (const leaves of withoutParts(history.leaves)) yield { ...world, history: { ...history, leaves } };
  for (const [index, leaf] of history.leaves.entries()) {
    const smaller = [...withoutMembers(leaf, ["learned", "memory"])];
    for (const promises of withoutParts(leaf.promises)) smaller.push({ ...leaf, promises });
    if (leaf.health !== "healthy") smaller.push({ ...leaf, health: "healthy", promises: [] });
    if (leaf.violations > 0) smaller.push({ ...leaf, violations: 0 });
    if (leaf.outcomes > 0) smaller.push({ ...leaf, outcomes: 0, violations: 0 });
    for (const other of smaller) {
      yield { ...world, history: { ...history, leaves: replaced(history.leaves, index, other) } };
    }
  }
}

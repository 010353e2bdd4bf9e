import type { PolicySet } from "@caio/rules";

import type { World } from "../../reference/world.ts";
import { withLimits } from "../../worlds/random/change.ts";

/** The world with every policy changed alike. */
export function mapPolicies(world: World, change: (policy: PolicySet) => PolicySet): World {
  const named = Object.fromEntries(Object.entries(world.policy.named).map(([id, policy]) => [id, change(policy)]));
  return { ...world, policy: { base: change(world.policy.base), named } };
}

/** Neither the policies nor the request limit anything. */
export function forgetsLimits(world: World): World {
  return withLimits(mapPolicies(world, (policy) => ({ ...policy, limits: {} })), {});
}

/** One limit is not there, whoever set it. */
export function forgetsLimit(limit: "budgetMicros" | "latencyUs"): (world: World) => World {
  return (world) => {
    const limits = { ...world.request.document.limits };
    Reflect.deleteProperty(limits, limit);
    const without = mapPolicies(world, (policy) => {
      const kept = { ...policy.limits };
      Reflect.deleteProperty(kept, limit);
      return { ...policy, limits: kept };
    });
    return withLimits(without, limits);
  };
}

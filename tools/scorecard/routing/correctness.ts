import { firstViolated, residualsOf } from "../../reference/limits.ts";
import { firstUnmatched } from "../../reference/matching.ts";
import { effectivePolicy } from "../../reference/objects.ts";
import { judge, readyRules } from "../../reference/rules.ts";
import { keepRules, withConstraints, withRequirements } from "../../worlds/random/change.ts";
import { judgement } from "../engine/check.ts";
import { chosenPair } from "./chosen-pair.ts";
import { forgetsLimits } from "./forgetting.ts";
import { misreads } from "./system.ts";
import type { WorldCheck } from "./routed-world.ts";

/** INV-CAIO-0002: the chosen pair satisfies C ⊨ Q, every rule and every limit, by the reference's own predicates. */
export const chosenSatisfies: WorldCheck = {
  name: "chosen-satisfies",
  judge: ({ world, decision }) => {
    if (decision.kind === "refused") return "vacuous";
    const pair = chosenPair(world, decision);
    if (pair === undefined) return { violation: "the chosen pair does not exist" };
    const policy = effectivePolicy(world.policy, world.request);
    const rules = readyRules(policy, world.request);
    const residuals = residualsOf(pair, world.request, policy, rules.obligations);
    const broken = firstUnmatched(pair, world.request) ?? judge(rules, pair).rejectedBy ?? firstViolated(residuals);
    return judgement(broken === undefined, () => `the chosen pair breaks ${broken ?? ""}`);
  },
  faults: {
    "forgets-capabilities": misreads((world) => withRequirements(world, { capabilities: [] })),
    "forgets-guarantees": misreads((world) => withRequirements(world, { guarantees: [] })),
    "forgets-constraints": misreads((world) => withConstraints(world, { regions: [], services: [], models: [] })),
    "forgets-measured-promises": misreads((world) => ({
      ...world,
      history: { ...world.history, leaves: world.history.leaves.map((leaf) => ({ ...leaf, health: "healthy", promises: [] })) },
    })),
    "forgets-rules": misreads((world) => keepRules(world, ({ effect }) => effect.kind === "oblige")),
    "forgets-limits": misreads(forgetsLimits),
  },
};

import type { PolicySet } from "@caio/rules";

import type { World } from "../../reference/world.ts";
import { withDocument } from "../random/change.ts";
import { replaced, withoutMembers, withoutParts } from "./drop.ts";

/** Fewer policies, rules and limits. A policy that the request names goes from the request first. */
export function* smallerPolicies(world: World): Generator<World> {
  const { base, named } = world.policy;
  for (const policies of withoutParts(world.request.document.policies)) yield withDocument(world, { policies });
  for (const id of Object.keys(named)) {
    if (world.request.document.policies.includes(id)) continue;
    const others = Object.fromEntries(Object.entries(named).filter(([other]) => other !== id));
    yield { ...world, policy: { base, named: others } };
  }
  for (const smaller of smallerPolicySets(base)) yield { ...world, policy: { base: smaller, named } };
  for (const [id, policy] of Object.entries(named)) {
    for (const smaller of smallerPolicySets(policy)) yield { ...world, policy: { base, named: { ...named, [id]: smaller } } };
  }
}

function* smallerPolicySets(policy: PolicySet): Generator<PolicySet> {
  for (const rules of withoutParts(policy.rules)) yield { ...policy, rules };
  for (const [index, rule] of policy.rules.entries()) {
    for (const smaller of withoutMembers(rule, ["when"])) yield { ...policy, rules: replaced(policy.rules, index, smaller) };
  }
  for (const limits of withoutMembers(policy.limits, ["budgetMicros", "latencyUs", "latencyCoveragePpm", "deadlineUs"])) {
    yield { ...policy, limits };
  }
  if (policy.exploration.epsilonPpm > 0) yield { ...policy, exploration: { ...policy.exploration, epsilonPpm: 0 } };
  const { safety, privacy } = policy;
  for (const forbidden of withoutParts(safety.forbidden)) yield { ...policy, safety: { ...safety, forbidden } };
  for (const needsFiltering of withoutParts(safety.needsFiltering)) yield { ...policy, safety: { ...safety, needsFiltering } };
  for (const sensitive of withoutParts(privacy.sensitive)) yield { ...policy, privacy: { ...privacy, sensitive } };
  for (const allowed of withoutParts(Object.entries(privacy.allowedLabels))) {
    yield { ...policy, privacy: { ...privacy, allowedLabels: Object.fromEntries(allowed) } };
  }
}

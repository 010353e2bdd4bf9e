import type { PolicySet, Rule } from "@caio/rules";

import type { QualityGuarantee } from "../../config/quality-terms.ts";

/** The rule by which a policy serves nothing but its reference. */
const RULE_ID = "quality-reference";
/** Before all others. */
const PRIORITY = 1_000_000;

/** Whether savings are given up in this version of the policy. */
export function servesReferenceAlone(policy: PolicySet): boolean {
  return policy.rules.some(({ id }) => id === RULE_ID);
}

/** The policy with that rule or without it; all else stays as its operator left it. */
export function withReference(policy: PolicySet, { reference: { service, model } }: QualityGuarantee, alone: boolean): PolicySet {
  const others = policy.rules.filter(({ id }) => id !== RULE_ID);
  if (!alone) return { ...policy, rules: others };
  const ofModel = model === null ? "!has(model.id)" : `has(model.id) && model.id == ${JSON.stringify(model)}`;
  const rule: Rule = {
    id: RULE_ID,
    priority: PRIORITY,
    effect: { kind: "require", condition: `service.id == ${JSON.stringify(service)} && ${ofModel}` },
    reason: "There is no evidence that another service would keep the promised quality.",
  };
  return { ...policy, rules: [rule, ...others].sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1)) };
}

import type { Request } from "@caio/contracts";
import type { PolicyLimits, PolicySet } from "@caio/rules";

import { decimal, milliseconds } from "../explanation.ts";
import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import { PolicySnapshot } from "../inputs/policy-snapshot.ts";
import { without, withoutItem, type ChangedWorld, type DroppedDemand } from "./single-change.ts";

type Drop = readonly [change: DroppedDemand, policy: PolicySet];

/** The worlds in which the base policy, or one that the request names, has one rule or one limit less. */
export function droppedPolicies(request: Request, inputs: DecisionInputs): readonly ChangedWorld<DroppedDemand>[] {
  const { base, named, version } = inputs.policy.snapshot;
  const ofBase = dropsOf(base).map(([change, policy]) => ({ change, snapshot: new PolicySnapshot(version, policy, named) }));
  const ofNamed = [...new Set(request.document.policies)].flatMap((id) => {
    const policy = Object.hasOwn(named, id) ? named[id] : undefined;
    return (policy === undefined ? [] : dropsOf(policy)).map(([change, changed]) => ({
      change,
      snapshot: new PolicySnapshot(version, base, { ...named, [id]: changed }),
    }));
  });
  return [...ofBase, ...ofNamed].map(({ change, snapshot }) => ({ change, request, inputs: withPolicies(inputs, snapshot) }));
}

/** The same inputs with other policies. */
export function withPolicies(inputs: DecisionInputs, snapshot: PolicySnapshot): DecisionInputs {
  return { ...inputs, policy: { ...inputs.policy, snapshot } };
}

function dropsOf(policy: PolicySet): readonly Drop[] {
  const { id, rules } = policy;
  return [
    ...rules.map((rule, index): Drop => {
      const change: DroppedDemand = { kind: "rule", place: `${id}: rules.${rule.id}`, words: `the rule ${rule.id} of policy ${id}` };
      return [change, { ...policy, rules: withoutItem(rules, index) }];
    }),
    ...limitDrops(policy),
  ];
}

function limitDrops(policy: PolicySet): readonly Drop[] {
  const { id, currency, limits } = policy;
  const { budgetMicros, latencyUs, latencyCoveragePpm, deadlineUs } = limits;
  const drops: Drop[] = [];
  const drop = (name: string, words: string, changed: PolicyLimits): void => {
    drops.push([{ kind: "limit", place: `${id}: limits.${name}`, words: `the ${words} of policy ${id}` }, { ...policy, limits: changed }]);
  };
  if (budgetMicros !== undefined) drop("budget_micros", `budget of ${decimal(budgetMicros)} ${currency}`, without(limits, "budgetMicros"));
  if (latencyUs !== undefined) drop("latency_us", `latency of at most ${milliseconds(latencyUs)}`, without(limits, "latencyUs"));
  if (latencyCoveragePpm !== undefined) drop("latency_coverage_ppm", `coverage of the latency (${decimal(latencyCoveragePpm)})`, without(limits, "latencyCoveragePpm"));
  if (deadlineUs !== undefined) drop("deadline_us", `deadline of ${milliseconds(deadlineUs)}`, without(limits, "deadlineUs"));
  return drops;
}

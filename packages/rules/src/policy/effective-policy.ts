import { CaioError, saturatingMulDiv } from "@caio/core";

import type { PolicyLimits, PolicySet } from "../policy-set.ts";
import type { Rule } from "../rule.ts";
import { byPriority } from "./rule-order.ts";

/** Pico-units in one unit of a rate. */
const PICO = 1_000_000_000_000;

/**
 * The base policy, tightened by those that the request names (calculus §0): their `require`, `deny` and `oblige` rules
 * under the id `policyId/ruleId`, and each of their limits where smaller (a coverage where larger). All else is the
 * base's. The order of `named` and repeats in it make no difference.
 *
 * @param named - as found in the store; budgets in another currency are converted by the base's rates, rounded down
 * @throws CaioError `InvalidPolicy` if a named policy has a budget in a currency without a rate
 */
export function effectivePolicy(base: PolicySet, named: readonly PolicySet[]): PolicySet {
  const distinct = [...new Map(named.map((policy) => [policy.id, policy])).values()];
  if (distinct.length === 0) return base;
  const taken = distinct.flatMap((policy) => policy.rules.filter(tightens).map((rule) => ({ ...rule, id: `${policy.id}/${rule.id}` })));
  const limits = distinct.reduce((tight, policy) => tighter(tight, limitsIn(base, policy)), base.limits);
  return { ...base, limits, rules: [...base.rules, ...taken].sort(byPriority) };
}

/** A preference could loosen what the operator prefers, so it stays behind. */
function tightens(rule: Rule): boolean {
  return rule.effect.kind !== "prefer";
}

function limitsIn(base: PolicySet, policy: PolicySet): PolicyLimits {
  const { budgetMicros } = policy.limits;
  if (budgetMicros === undefined || policy.currency === base.currency) return policy.limits;
  const rate = Object.hasOwn(base.rates, policy.currency) ? base.rates[policy.currency] : undefined;
  if (rate === undefined) {
    throw new CaioError(
      "InvalidPolicy",
      `The budget of policy ${policy.id} is in ${policy.currency}, policy ${base.id} counts in ${base.currency} and has no rate for it. Add rates.${policy.currency} to ${base.id}.`,
      { details: { policy: policy.id, base: base.id, currency: policy.currency } },
    );
  }
  return { ...policy.limits, budgetMicros: saturatingMulDiv(budgetMicros, rate, PICO, "down") };
}

function tighter(a: PolicyLimits, b: PolicyLimits): PolicyLimits {
  const budgetMicros = pick(Math.min, a.budgetMicros, b.budgetMicros);
  const latencyUs = pick(Math.min, a.latencyUs, b.latencyUs);
  const latencyCoveragePpm = pick(Math.max, a.latencyCoveragePpm, b.latencyCoveragePpm);
  const deadlineUs = pick(Math.min, a.deadlineUs, b.deadlineUs);
  return {
    ...(budgetMicros === undefined ? {} : { budgetMicros }),
    ...(latencyUs === undefined ? {} : { latencyUs }),
    ...(latencyCoveragePpm === undefined ? {} : { latencyCoveragePpm }),
    ...(deadlineUs === undefined ? {} : { deadlineUs }),
  };
}

function pick(choose: (a: number, b: number) => number, a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return choose(a, b);
}

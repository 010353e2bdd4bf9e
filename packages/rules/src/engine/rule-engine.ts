import type { JsonObject } from "@caio/core";

import type { PolicySet } from "../policy-set.ts";
import { byPriority } from "../policy/rule-order.ts";
import type { Obligation } from "../rule.ts";
import { compileRule, type CompiledRule } from "./compiled-rule.ts";
import { evaluateRule } from "./evaluate-rule.ts";
import type { FacedRule, RequestRules, RuleVerdict } from "./rule-verdict.ts";
import { satisfiesRuleAction, type RuleViews } from "./satisfies-rule-action.ts";

/**
 * The rules of one policy set, compiled once (calculus §3). Pure: the same values give the same verdicts. Fail closed:
 * what cannot be answered rejects.
 *
 * @example
 * ```ts
 * import { parsePolicySet, RuleEngine } from "@caio/rules";
 *
 * const policy = parsePolicySet("caio_policy: 1\nid: house\n", { file: "house.yaml" });
 * const engine = new RuleEngine(policy);
 * engine.rules.length; // 0
 * ```
 */
export class RuleEngine {
  readonly policy: PolicySet;
  /** By priority descending, then id. */
  readonly rules: readonly CompiledRule[];

  /** @throws CaioError `InvalidPolicy` if a condition is outside the profile */
  constructor(policy: PolicySet) {
    this.policy = policy;
    this.rules = [...policy.rules].sort(byPriority).map(compileRule);
  }

  /**
   * Which rules fire. Once per request: every `when` is evaluated here and nowhere else.
   *
   * @param request - from `ruleRequest`
   */
  evaluateRequest(request: JsonObject): RequestRules {
    const faced: FacedRule[] = [];
    const fired: string[] = [];
    const failed: string[] = [];
    const obligations = new Set<Obligation>();
    for (const rule of this.rules) {
      const firing = evaluateRule(rule, request);
      if (firing.fires === false) continue;
      const failure = firing.fires === "failed" ? { failure: firing.failure } : {};
      // No candidate passes a failed rule, so none faces what follows it.
      if (failed.length === 0) faced.push({ rule, ...failure });
      if (firing.fires === "failed") failed.push(rule.id);
      else fired.push(rule.id);
      if (firing.fires === true && rule.effect.kind === "oblige") for (const duty of rule.effect.obligations) obligations.add(duty);
    }
    return { request, faced, fired, failed, obligations: [...obligations].sort() };
  }

  /**
   * What the rules that fired say of one candidate.
   *
   * @param service - from `ruleService`
   * @param model - from `ruleModel`
   */
  evaluateCandidate(rules: RequestRules, service: JsonObject, model: JsonObject): RuleVerdict {
    return judge(rules, { request: rules.request, service, model });
  }
}

function judge(rules: RequestRules, views: RuleViews): RuleVerdict {
  const { fired } = rules;
  let preferMicros = 0;
  const preferredBy: string[] = [];
  for (const { rule, failure } of rules.faced) {
    const action =
      failure === undefined
        ? satisfiesRuleAction(rule, views)
        : ({ satisfied: false, why: failure.why, message: `when: ${failure.message}` } as const);
    if (!action.satisfied) {
      const { why, message } = action;
      return { rejectedBy: { ruleId: rule.id, reason: rule.reason, why, message }, preferMicros: 0, preferredBy: [], fired };
    }
    if (action.preferMicros !== 0) {
      preferMicros += action.preferMicros;
      preferredBy.push(rule.id);
    }
  }
  return { preferMicros, preferredBy, fired };
}

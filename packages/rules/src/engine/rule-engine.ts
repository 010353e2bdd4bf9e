import type { JsonObject } from "@caio/core";

import { readFacts } from "../cel/evaluate/facts.ts";
import { frameWith, type Frame } from "../cel/evaluate/frame.ts";
import type { PolicySet } from "../policy-set.ts";
import { byPriority } from "../policy/rule-order.ts";
import type { Obligation } from "../rule.ts";
import { compileRule, type CompiledRule } from "./compiled-rule.ts";
import { firingOf } from "./evaluate-rule.ts";
import { RuleIndex } from "./rule-index.ts";
import type { FacedRule, RequestRules, RuleVerdict } from "./rule-verdict.ts";
import { actionOf } from "./satisfies-rule-action.ts";

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
  readonly #index: RuleIndex;

  /** @throws CaioError `InvalidPolicy` if a condition is outside the profile */
  constructor(policy: PolicySet) {
    this.policy = policy;
    this.rules = [...policy.rules].sort(byPriority).map(compileRule);
    this.#index = new RuleIndex(this.rules.map(({ when }) => when));
  }

  /**
   * Which rules fire. Once per request: a `when` is evaluated here and nowhere else, and only if a field that it compares
   * with words lets it be true, or an error.
   *
   * @param request - from `ruleRequest`
   */
  evaluateRequest(request: JsonObject): RequestRules {
    const faced: FacedRule[] = [];
    const fired: string[] = [];
    const failed: string[] = [];
    const obligations = new Set<Obligation>();
    const facts = readFacts("request", request);
    const frame = frameWith(facts, {});
    for (const position of this.#index.candidates(facts)) {
      const rule = this.rules[position];
      if (rule === undefined) continue;
      const firing = firingOf(rule, frame);
      if (firing.fires === false) continue;
      const failure = firing.fires === "failed" ? { failure: firing.failure } : {};
      // No candidate passes a failed rule, so none faces what follows it.
      if (failed.length === 0) faced.push({ rule, ...failure });
      if (firing.fires === "failed") failed.push(rule.id);
      else fired.push(rule.id);
      if (firing.fires === true && rule.effect.kind === "oblige") for (const duty of rule.effect.obligations) obligations.add(duty);
    }
    return { facts, faced, fired, failed, obligations: [...obligations].sort() };
  }

  /**
   * What the rules that fired say of one candidate.
   *
   * @param service - from `ruleService`
   * @param model - from `ruleModel`
   */
  evaluateCandidate(rules: RequestRules, service: JsonObject, model: JsonObject): RuleVerdict {
    return judge(rules, frameWith(rules.facts, { service, model }));
  }
}

function judge(rules: RequestRules, frame: Frame): RuleVerdict {
  const { fired } = rules;
  let preferMicros = 0;
  const preferredBy: string[] = [];
  for (const { rule, failure } of rules.faced) {
    const action =
      failure === undefined
        ? actionOf(rule, frame)
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

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
import { actionOf, type RuleAction } from "./satisfies-rule-action.ts";
import { isOpen, isSatisfied, SettledRules } from "./settled-rules.ts";

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
  /** Each rule as a candidate faces it once it has fired. */
  readonly #faced: readonly FacedRule[];
  readonly #settled: SettledRules;

  /** @throws CaioError `InvalidPolicy` if a condition is outside the profile */
  constructor(policy: PolicySet) {
    this.policy = policy;
    this.rules = [...policy.rules].sort(byPriority).map(compileRule);
    this.#index = new RuleIndex(this.rules.map(({ when }) => when));
    this.#faced = this.rules.map((rule, position) => ({ rule, position }));
    this.#settled = new SettledRules(this.rules);
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
      // No candidate passes a failed rule, so none faces what follows it.
      if (failed.length === 0) faced.push(firing.fires === "failed" ? { rule, position, failure: firing.failure } : (this.#faced[position] ?? { rule, position }));
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
    return this.#judge(rules, service, model);
  }

  #judge(rules: RequestRules, service: JsonObject, model: JsonObject): RuleVerdict {
    const { faced, fired } = rules;
    const settled = this.#settled.of(service, model);
    let frame: Frame | undefined;
    let preferMicros = 0;
    const preferredBy: string[] = [];
    for (const { rule, position, failure } of faced) {
      if (failure !== undefined) return rejected(rule, { satisfied: false, why: failure.why, message: `when: ${failure.message}` }, fired);
      if (isSatisfied(settled, position)) continue;
      if (isOpen(settled, position)) {
        const action = actionOf(rule, (frame ??= frameWith(rules.facts, { service, model })));
        if (!action.satisfied) return rejected(rule, action, fired);
        this.#settled.settle(settled, position, action);
        if (action.preferMicros === 0) continue;
      }
      if (rule.effect.kind !== "prefer") continue;
      preferMicros += rule.effect.amountMicros;
      preferredBy.push(rule.id);
    }
    return { preferMicros, preferredBy, fired };
  }
}

const NOBODY: readonly string[] = [];

function rejected({ id, reason }: CompiledRule, { why, message }: Extract<RuleAction, { satisfied: false }>, fired: readonly string[]): RuleVerdict {
  return { rejectedBy: { ruleId: id, reason, why, message }, preferMicros: 0, preferredBy: NOBODY, fired };
}

import { describe, expect, it } from "vitest";

import { compileRule, effectivePolicy, parsePolicySet, RuleEngine, satisfiesRuleAction, type PolicySet, type Rule } from "../src/index.ts";
import { byPriority } from "../src/policy/rule-order.ts";

const rule = (id: string, change: Partial<Rule> = {}): Rule => ({ id, priority: 0, effect: { kind: "require", condition: "true" }, reason: "r", ...change });
const base = parsePolicySet("caio_policy: 1\nid: house\n", { file: "house.yaml" });
const policy = (rules: readonly Rule[], change: Partial<PolicySet> = {}): PolicySet => ({ ...base, rules, ...change });

/** What an error says beside its words. */
function refusal(build: () => unknown): unknown {
  try {
    build();
  } catch (error) {
    const { code, details } = error as { readonly code?: unknown; readonly details?: unknown };
    return { code, details };
  }
  return undefined;
}

describe("the order of rules (calculus §3)", () => {
  it("is by priority, the larger first, then by id, by code units", () => {
    const rules = [rule("z", { priority: 2 }), rule("a", { priority: 1 }), rule("B"), rule("a"), rule("b")];
    for (const [i, a] of rules.entries()) for (const [j, b] of rules.entries()) expect(Math.sign(byPriority(a, b))).toBe(Math.sign(i - j));
  });

  it("is that of the engine, in whatever order the policy has them", () => {
    const engine = new RuleEngine(policy([rule("b"), rule("a"), rule("z", { priority: 1 })]));
    expect(engine.rules.map(({ id }) => id)).toEqual(["z", "a", "b"]);
  });
});

describe("what a request is told (calculus §3)", () => {
  const oblige = (id: string, obligations: readonly ("log" | "redact" | "human_approval")[], when?: string): Rule => rule(id, { effect: { kind: "oblige", obligations }, ...(when === undefined ? {} : { when }) });

  it("duties are sorted, each once, and of rules that fired alone", () => {
    const engine = new RuleEngine(policy([oblige("a", ["redact"]), oblige("b", ["log"]), oblige("c", ["log"]), oblige("d", ["human_approval"], "false")]));
    expect(engine.evaluateRequest({})).toMatchObject({ obligations: ["log", "redact"], fired: ["a", "b", "c"], failed: [] });
  });

  it("behind a rule whose `when` has no answer, rules fire and oblige, but nobody faces them", () => {
    const engine = new RuleEngine(policy([oblige("a", ["log"], "request.size.bytes > 1"), oblige("b", ["redact"]), rule("c", { effect: { kind: "require", condition: "false" } })]));
    const said = engine.evaluateRequest({ size: {} });
    expect(said).toMatchObject({ obligations: ["redact"], fired: ["b", "c"], failed: ["a"] });
    expect(said.faced.map(({ rule: { id } }) => id)).toEqual(["a"]);
    expect(engine.evaluateCandidate(said, {}, {}).rejectedBy).toMatchObject({ ruleId: "a", why: "error" });
  });
});

describe("a condition outside the profile", () => {
  it("is refused with its rule, its part and every issue", () => {
    expect(refusal(() => compileRule(rule("a", { when: "service.id == ''" })))).toMatchObject({ code: "InvalidPolicy", details: { rule: "a", part: "when" } });
    expect(refusal(() => compileRule(rule("a", { effect: { kind: "deny", condition: "nothing()" } })))).toMatchObject({ code: "InvalidPolicy", details: { rule: "a", part: "deny", issues: [expect.any(String)] } });
  });
});

describe("what one rule says of a candidate (calculus §3)", () => {
  const of = (effect: Rule["effect"]): unknown => satisfiesRuleAction(compileRule(rule("a", { effect })), { request: {}, service: {}, model: {} });

  it("of a duty: nothing against it", () => {
    expect(of({ kind: "oblige", obligations: ["log"] })).toEqual({ satisfied: true, preferMicros: 0 });
  });

  it("of a condition without an answer: that it is not satisfied, in whatever kind of rule, which is named", () => {
    const condition = "service.id == ''";
    for (const effect of [{ kind: "require", condition }, { kind: "deny", condition }, { kind: "prefer", condition, amountMicros: 5 }] as const) {
      expect(of(effect)).toEqual({ satisfied: false, why: "error", message: expect.stringMatching(`^${effect.kind}: .`) as unknown });
    }
  });
});

describe("the limits of an effective policy (calculus §0)", () => {
  const named = (limits: PolicySet["limits"], change: Partial<PolicySet> = {}): PolicySet => policy([], { id: "named", limits, ...change });
  const all = { budgetMicros: 5, latencyUs: 70, latencyCoveragePpm: 990_000, deadlineUs: 900 };
  const other = { budgetMicros: 6, latencyUs: 60, latencyCoveragePpm: 980_000, deadlineUs: 1_000 };

  it("are the smaller ones and the larger coverage, and none where none is said", () => {
    expect(effectivePolicy(policy([], { limits: all }), [named(other)]).limits).toEqual({ budgetMicros: 5, latencyUs: 60, latencyCoveragePpm: 990_000, deadlineUs: 900 });
    expect(effectivePolicy(base, [named(all)]).limits).toEqual({ ...base.limits, ...all });
    expect(effectivePolicy(policy([], { limits: {} }), [named({})]).limits).toStrictEqual({});
  });

  it("take a budget in another currency at the base's rate, and refuse one without a rate", () => {
    const rates = { EUR: 1_500_000_000_000 };
    expect(effectivePolicy(policy([], { rates, limits: {} }), [named({ budgetMicros: 5 }, { currency: "EUR" })]).limits.budgetMicros).toBe(7);
    expect(effectivePolicy(policy([], { limits: {} }), [named({ latencyUs: 5 }, { currency: "EUR" })]).limits).toEqual({ latencyUs: 5 });
    expect(refusal(() => effectivePolicy(base, [named({ budgetMicros: 5 }, { currency: "EUR" })]))).toEqual({ code: "InvalidPolicy", details: { policy: "named", base: "house", currency: "EUR" } });
  });
});

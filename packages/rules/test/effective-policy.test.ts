import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { effectivePolicy, parsePolicySet, RuleEngine, type PolicySet } from "../src/index.ts";
import { environments } from "./support/expressions.ts";
import { policyOf } from "./support/samples.ts";

const base = policyOf(
  "house",
  ["{ id: m, priority: 5, require: 'service.access.public', reason: r }", "{ id: p, prefer: { if: 'true', amount: 0.3 }, reason: r }"],
  "limits: { budget: 2, latency_ms: 100, latency_coverage: 0.9 }\nrates: { EUR: 1.5 }\n",
);

describe("the effective policy", () => {
  test("is the base where nothing is named", () => {
    expect(effectivePolicy(base, [])).toBe(base);
  });

  test("takes require, deny and oblige under compound ids, and leaves prefer and all else", () => {
    const named = policyOf("eu", [
      "{ id: a, priority: 9, require: 'true', reason: r }",
      "{ id: b, deny: 'false', reason: r }",
      "{ id: c, oblige: [log], reason: r }",
      "{ id: d, prefer: { if: 'true', amount: 1 }, reason: r }",
    ], "weights: { cost: 9 }\nsafety: { forbidden: [x] }\nexploration: { epsilon: 1 }\n");
    const policy = effectivePolicy(base, [named]);
    expect(policy.rules.map((rule) => rule.id)).toEqual(["eu/a", "m", "eu/b", "eu/c", "p"]);
    expect({ ...policy, rules: base.rules }).toEqual(base);
  });

  test("takes smaller limits and a larger coverage", () => {
    const tight = policyOf("a", [], "limits: { budget: 1, latency_ms: 200, latency_coverage: 0.95, deadline_ms: 7 }\n");
    expect(effectivePolicy(base, [tight]).limits).toEqual({ budgetMicros: 1_000_000, latencyUs: 100_000, latencyCoveragePpm: 950_000, deadlineUs: 7000 });
  });

  test("converts a budget in another currency, rounded down, and refuses one without a rate", () => {
    const euro = policyOf("e", [], "currency: EUR\nlimits: { budget: 0.000001 }\n");
    expect(effectivePolicy(base, [euro]).limits.budgetMicros).toBe(1);
    const yen = policyOf("y", [], "currency: JPY\nlimits: { budget: 1 }\n");
    expect(() => effectivePolicy(base, [yen])).toThrow(expect.objectContaining({ code: "InvalidPolicy" }));
  });

  test("does not depend on order or repeats of the names", () => {
    const a = policyOf("a", ["{ id: x, require: 'true', reason: r }"], "limits: { budget: 1 }\n");
    const b = policyOf("b", ["{ id: x, deny: 'true', reason: r }"], "limits: { latency_ms: 9 }\n");
    expect(effectivePolicy(base, [a, b])).toEqual(effectivePolicy(base, [b, a, b]));
  });

  test("only tightens: what it admits the base admits, with the same preference", () => {
    const pool = ["service.access.public", "has(model.id)", 'request.action.kind == "read"', "service.version_major > 1", "service.privacy.regions[0] == \"eu\""];
    const rule = fc.record({ kind: fc.constantFrom("require", "deny"), condition: fc.constantFrom(...pool), when: fc.constantFrom("true", "size(request.labels) > 1") });
    const policy = (id: string): fc.Arbitrary<PolicySet> =>
      fc.array(rule, { maxLength: 3 }).map((rules) =>
        parsePolicySet(JSON.stringify({ caio_policy: 1, id, rules: rules.map(({ kind, condition, when }, index) => ({ id: `r${String(index)}`, [kind]: condition, when, reason: "r" })) })),
      );
    fc.assert(
      fc.property(policy("base"), policy("a"), policy("b"), environments, (root, a, b, env) => {
        const verdict = (p: PolicySet): { rejectedBy?: unknown; preferMicros: number } => {
          const engine = new RuleEngine(p);
          return engine.evaluateCandidate(engine.evaluateRequest(env.request), env.service, env.model);
        };
        const effective = verdict(effectivePolicy(root, [a, b]));
        if (effective.rejectedBy === undefined) expect(verdict(root)).toMatchObject({ preferMicros: effective.preferMicros });
        if (effective.rejectedBy === undefined) expect(verdict(root).rejectedBy).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

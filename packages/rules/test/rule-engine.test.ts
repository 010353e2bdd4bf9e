import type { JsonObject } from "@caio/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  compileRule,
  evaluateRule,
  filterByRules,
  parsePolicySet,
  readCondition,
  RuleEngine,
  ruleModel,
  ruleRequest,
  ruleService,
  satisfiesRuleAction,
  type RuleVerdict,
} from "../src/index.ts";
import { conditions, environments, ERROR, type Env } from "./support/expressions.ts";
import { examplePolicy, policyOf, sampleContract, sampleModel, sampleRequest } from "./support/samples.ts";

const request: JsonObject = { labels: ["a"], action: { kind: "read" }, size: {} };
const service: JsonObject = { version_major: 1, access: { public: true }, privacy: {} };

function verdictOf(rules: readonly string[], env: { request?: JsonObject; service?: JsonObject } = {}): RuleVerdict {
  const engine = new RuleEngine(policyOf("p", rules));
  return engine.evaluateCandidate(engine.evaluateRequest(env.request ?? request), env.service ?? service, {});
}

describe("effects", () => {
  test("require must be true", () => {
    expect(verdictOf(["{ id: a, require: service.access.public, reason: r }"])).toEqual({ preferMicros: 0, preferredBy: [], fired: ["a"] });
    expect(verdictOf(["{ id: a, require: service.version_major > 1, reason: Why. }"]).rejectedBy).toEqual({ ruleId: "a", reason: "Why.", why: "false", message: "require is false" });
    expect(verdictOf(["{ id: a, require: service.privacy.encryption, reason: r }"]).rejectedBy).toMatchObject({ why: "error" });
  });

  test("deny must be false", () => {
    expect(verdictOf(["{ id: a, deny: service.version_major > 1, reason: r }"]).rejectedBy).toBeUndefined();
    expect(verdictOf(["{ id: a, deny: service.access.public, reason: r }"]).rejectedBy).toMatchObject({ why: "false", message: "deny is true" });
    expect(verdictOf(["{ id: a, deny: service.privacy.encryption, reason: r }"]).rejectedBy).toMatchObject({ why: "error" });
  });

  test("prefer adds its amount, and rejects where it cannot be answered", () => {
    const rules = [
      "{ id: a, prefer: { if: service.access.public, amount: 0.25 }, reason: r }",
      "{ id: b, prefer: { if: service.version_major > 1, amount: 0.5 }, reason: r }",
      "{ id: c, prefer: { if: 'true', amount: -0.05 }, reason: r }",
    ];
    expect(verdictOf(rules)).toEqual({ preferMicros: 200_000, preferredBy: ["a", "c"], fired: ["a", "b", "c"] });
    expect(verdictOf([...rules, "{ id: d, prefer: { if: service.privacy.encryption, amount: 0.1 }, reason: r }"])).toMatchObject({ preferMicros: 0, preferredBy: [], rejectedBy: { ruleId: "d", why: "error" } });
  });

  test("oblige adds duties where it fires, sorted and unique", () => {
    const engine = new RuleEngine(
      policyOf("p", [
        "{ id: a, oblige: [redact, log], reason: r }",
        "{ id: b, oblige: [log], reason: r }",
        "{ id: c, when: 'request.action.kind == \"write\"', oblige: [human_approval], reason: r }",
      ]),
    );
    expect(engine.evaluateRequest(request)).toMatchObject({ fired: ["a", "b"], failed: [], obligations: ["log", "redact"] });
  });

  test("a rule that does not fire is never looked at", () => {
    expect(verdictOf(["{ id: a, when: '\"b\" in request.labels', require: 'false', reason: r }"])).toMatchObject({ fired: [] });
    expect(verdictOf(["{ id: a, when: '\"b\" in request.labels', require: 'false', reason: r }"]).rejectedBy).toBeUndefined();
  });
});

describe("order", () => {
  const failing = "{ id: f, priority: 5, when: request.size.bytes > 1, oblige: [log], reason: r }";

  test("the first by priority, then id, is named", () => {
    const rules = ["{ id: b, require: 'false', reason: r }", "{ id: a, require: 'false', reason: r }", "{ id: z, priority: 1, require: 'false', reason: r }"];
    expect(verdictOf(rules).rejectedBy?.ruleId).toBe("z");
    expect(verdictOf(rules.slice(0, 2)).rejectedBy?.ruleId).toBe("a");
  });

  test("a when without an answer rejects every candidate, at its place", () => {
    expect(verdictOf([failing]).rejectedBy).toMatchObject({ ruleId: "f", why: "error", message: expect.stringContaining("when: ") as string });
    expect(verdictOf([failing, "{ id: a, priority: 9, require: 'false', reason: r }"]).rejectedBy?.ruleId).toBe("a");
    expect(verdictOf([failing, "{ id: a, priority: 1, require: 'false', reason: r }"]).rejectedBy?.ruleId).toBe("f");
  });

  test("what fired is said in full although a when failed", () => {
    const engine = new RuleEngine(policyOf("p", [failing, "{ id: a, oblige: [redact], reason: r }"]));
    expect(engine.evaluateRequest(request)).toMatchObject({ fired: ["a"], failed: ["f"], obligations: ["redact"] });
  });
});

test("any rules, any values: the verdict is what calculus §3 says", () => {
  const kind = fc.constantFrom("require" as const, "deny" as const, "prefer" as const);
  const rule = fc.record({ when: fc.option(conditions), condition: conditions, kind, priority: fc.nat(2) });
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), fc.array(environments, { minLength: 1, maxLength: 3 }), (drawn, envs) => {
      const rules = drawn
        .map((item, index) => ({ ...item, id: `r${String(index)}` }))
        .filter((item) => readCondition(item.condition.text, "effect").ok && (item.when === null || readCondition(item.when.text, "when").ok));
      const engine = new RuleEngine({
        ...policyOf("p", []),
        rules: rules.map(({ id, priority, when, condition, kind: effect }) => ({
          id,
          priority,
          reason: "r",
          ...(when === null ? {} : { when: when.text }),
          effect: effect === "prefer" ? { kind: effect, condition: condition.text, amountMicros: 1000 } : { kind: effect, condition: condition.text },
        })),
      });
      // Each candidate is asked about again by other requests, and with the model of another.
      for (const { request } of [...envs, ...envs]) {
        for (const [service, model] of envs.flatMap((one) => envs.map((other) => [one.service, other.model] as const))) {
          const verdict = engine.evaluateCandidate(engine.evaluateRequest(request), service, model);
          expect({ by: verdict.rejectedBy?.ruleId, prefer: verdict.preferMicros }).toEqual(expected(rules, { request, service, model }));
        }
      }
    }),
    { numRuns: 250 },
  );
});

interface Drawn {
  readonly id: string;
  readonly priority: number;
  readonly when: { run: (env: Env) => unknown } | null;
  readonly condition: { run: (env: Env) => unknown };
  readonly kind: string;
}

/** Calculus §3, rule by rule. */
function expected(rules: readonly Drawn[], env: Env): { by: string | undefined; prefer: number } {
  let prefer = 0;
  for (const rule of [...rules].sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))) {
    const fires = rule.when === null ? true : rule.when.run(env);
    if (fires === ERROR) return { by: rule.id, prefer: 0 };
    if (fires !== true) continue;
    const value = rule.condition.run(env);
    const rejects = value === ERROR || (rule.kind === "require" && value !== true) || (rule.kind === "deny" && value !== false);
    if (rejects) return { by: rule.id, prefer: 0 };
    if (rule.kind === "prefer" && value === true) prefer += 1000;
  }
  return { by: undefined, prefer };
}

describe("the functions behind the engine", () => {
  test("evaluateRule and satisfiesRuleAction", () => {
    const rule = compileRule({ id: "a", priority: 0, reason: "r", when: '"a" in request.labels', effect: { kind: "require", condition: "service.access.public" } });
    expect(evaluateRule(rule, request)).toEqual({ fires: true });
    expect(evaluateRule(rule, { labels: [] })).toEqual({ fires: false });
    expect(evaluateRule(rule, {})).toMatchObject({ fires: "failed", failure: { why: "error" } });
    expect(satisfiesRuleAction(rule, { request, service, model: {} })).toEqual({ satisfied: true, preferMicros: 0 });
    expect(satisfiesRuleAction(rule, { request, service: {}, model: {} })).toMatchObject({ satisfied: false, why: "error" });
  });

  test("a rule outside of the profile is refused when it is compiled", () => {
    const rule = { id: "a", priority: 0, reason: "r", effect: { kind: "require", condition: "servce.id == ''" } } as const;
    expect(() => compileRule(rule)).toThrow(/Rule a, require: at character 1: .*Did you mean "service"\?/);
  });

  test("filterByRules parts real views by the example of the format", () => {
    const engine = new RuleEngine(parsePolicySet(examplePolicy));
    const abroad = { ...sampleContract, privacy: { ...sampleContract.privacy, regions: ["eu", "us"] } };
    const preview = { ...sampleContract, version: "0.9.0" };
    const candidates = [sampleContract, abroad, preview].map((contract) => ({ service: ruleService(contract, sampleModel), model: ruleModel(sampleModel) }));
    const { admitted, rejected, rules } = filterByRules(engine, ruleRequest(sampleRequest, {}), candidates);
    expect(rules.fired).toEqual(["eu-personal", "like-local", "no-previews"]);
    expect(admitted.map(({ verdict }) => verdict.preferMicros)).toEqual([50_000]);
    expect(rejected.map(({ verdict }) => verdict.rejectedBy?.ruleId)).toEqual(["eu-personal", "no-previews"]);
  });
});

import { isCaioError } from "@caio/core";
import { describe, expect, test } from "vitest";

import { parsePolicySet, PolicyParser, policyDigest } from "../src/index.ts";
import { examplePolicy } from "./support/samples.ts";

function problemsOf(text: string): readonly { line: number; column: number; path: string; found: string; expected: string; didYouMean?: string }[] {
  const result = new PolicyParser().read(text, { file: "p.yaml" });
  return result.ok ? [] : result.problems;
}

describe("a policy set", () => {
  test("the example of the format", () => {
    const policy = parsePolicySet(examplePolicy);
    expect(policy).toMatchObject({
      id: "house",
      rates: { EUR: 1_080_000_000_000 },
      weights: { intent: 300_000, model: 0 },
      rl: { widthMicros: 500_000 },
      limits: { budgetMicros: 50_000, latencyUs: 5_000_000, latencyCoveragePpm: 950_000, deadlineUs: 30_000_000 },
      privacy: { mode: "strict", sensitive: ["health", "payment_card", "personal"], allowedLabels: { "mail-eu": ["personal"] } },
      independent: [["asr-a", "asr-b"]],
      retry: { maxAttempts: 1, backoffUs: 100_000 },
      monitor: { alphaMicros: 10_000, driftRunLength: 10_000 },
    });
    expect(policy.rules.map((rule) => rule.id)).toEqual(["eu-personal", "human-for-writes", "like-local", "no-previews"]);
  });

  test("the smallest one has the defaults of the example, no limits and no lists", () => {
    const policy = parsePolicySet("caio_policy: 1\nid: x\n");
    const example = parsePolicySet(examplePolicy);
    expect(policy).toEqual({
      ...example,
      id: "x",
      rates: {},
      limits: {},
      safety: { forbidden: [], needsFiltering: [] },
      privacy: { ...example.privacy, allowedLabels: {} },
      independent: [],
      rules: [],
    });
  });

  test("parts that are named in part keep the other defaults", () => {
    const policy = parsePolicySet("caio_policy: 1\nid: x\nweights: { cost: 2 }\nfallback: { max_attempts: 1 }\nprivacy: { sensitive: [] }\n");
    expect(policy.weights).toMatchObject({ cost: 2_000_000, intent: 300_000 });
    expect(policy.fallback).toEqual({ maxAttempts: 1, afterFirstByte: "error" });
    expect(policy.privacy).toEqual({ mode: "strict", sensitive: [], allowedLabels: {} });
  });

  test("a service whose id begins with x- keeps its allowed labels", () => {
    const policy = parsePolicySet("caio_policy: 1\nid: x\nprivacy: { allowed_labels: { x-ray: [health] } }\n");
    expect(policy.privacy.allowedLabels).toEqual({ "x-ray": ["health"] });
  });

  test("limits tighten when they are rounded", () => {
    const policy = parsePolicySet('caio_policy: 1\nid: x\nlimits: { budget: 0.0000019, latency_ms: "1.0009", deadline_ms: 2.9999, latency_coverage: 0.9500001 }\n');
    expect(policy.limits).toEqual({ budgetMicros: 1, latencyUs: 1000, deadlineUs: 2999, latencyCoveragePpm: 950_001 });
  });

  test("spelling, order, comments and stated defaults do not change the digest", () => {
    const a = parsePolicySet("caio_policy: 1\nid: x\nlimits: { budget: 5e-2 }\nsafety: { forbidden: [b, a, b] }\n");
    const b = parsePolicySet('{"safety": {"forbidden": ["a", "b"]}, "id": "x", "limits": {"budget": "0.05"}, "caio_policy": 1, "currency": "USD", "x-note": 3}');
    expect(policyDigest(a)).toBe(policyDigest(b));
    expect(policyDigest(a)).not.toBe(policyDigest(parsePolicySet("caio_policy: 1\nid: x\nlimits: { budget: 0.06 }\n")));
  });
});

describe("what is wrong is named with its place, all at once", () => {
  test("keys, ids, ranges and conditions", () => {
    const text = [
      "caio_policy: 1",
      "id: House",
      "limts: {}",
      "weights: { intnt: 1, cost: 501 }",
      "limits: { budget: -1, latency_coverage: 0 }",
      "rules:",
      "  - id: a",
      "    when: request.lables == []",
      "    require: service.privacy.data_locality == 'locl'",
      "    reason: r",
      "  - { id: b, reason: r }",
      "  - { id: c, require: 'true', deny: 'true', reason: r }",
      "  - { id: d, oblige: [logg], reason: r }",
    ].join("\n");
    const problems = problemsOf(text);
    expect(problems.map(({ line, column, path }) => `${String(line)}:${String(column)} ${path}`)).toEqual([
      "2:5 id",
      "3:1 limts",
      "4:12 weights.intnt",
      "4:28 weights.cost",
      "5:19 limits.budget",
      "5:41 limits.latency_coverage",
      "8:11 rules[0].when",
      "9:14 rules[0].require",
      "11:5 rules[1]",
      "12:5 rules[2]",
      "13:23 rules[3].oblige[0]",
    ]);
    expect(problems[1]?.didYouMean).toBe("limits");
    expect(problems[6]?.expected).toContain('Did you mean "labels"?');
    expect(problems[7]?.expected).toContain('Did you mean "local"?');
    expect(problems[10]?.didYouMean).toBe("log");
  });

  test("one number alone is named as that, and several as a range", () => {
    expect(problemsOf("caio_policy: 2\nid: x\nretry: { max_attempts: 0 }").map(({ expected }) => expected)).toEqual(["1", expect.stringMatching(/^a whole number from 1 to \d+$/)]);
  });

  test.each([
    ["id: x", "caio_policy"],
    ["caio_policy: 2\nid: x", "caio_policy"],
    ["caio_policy: 1\nid: x\ncurrency: usd", "currency"],
    ["caio_policy: 1\nid: x\nrates: { USD: 1 }", "rates.USD"],
    ["caio_policy: 1\nid: x\nrates: { EUR: 0 }", "rates.EUR"],
    ["caio_policy: 1\nid: x\nindependent: [[a, a]]", "independent[0]"],
    ["caio_policy: 1\nid: x\ncontrol: { m: 0 }", "control.m"],
    ["caio_policy: 1\nid: x\nexploration: { epsilon: 1.5 }", "exploration.epsilon"],
    ["caio_policy: 1\nid: x\nretry: { max_attempts: 0 }", "retry.max_attempts"],
    ["caio_policy: 1\nid: x\nretry: { max_attempts: 1.5 }", "retry.max_attempts"],
    ["caio_policy: 1\nid: x\nlimits: { budget: .nan }", "limits.budget"],
    ["caio_policy: 1\nid: x\nrules: [{ id: a, require: 'true' }]", "rules[0].reason"],
    ["caio_policy: 1\nid: x\nrules: [{ id: a, require: true, reason: r }]", "rules[0].require"],
    ["caio_policy: 1\nid: x\nrules: [{ id: a, when: service.access.public, oblige: [log], reason: r }]", "rules[0].when"],
    ["caio_policy: 1\nid: x\nrules: [{ id: a, oblige: [], reason: r }]", "rules[0].oblige"],
    ["caio_policy: 1\nid: x\nrules: [{ id: a, oblige: [log], reason: r }, { id: a, oblige: [log], reason: r }]", "rules[1].id"],
    ["caio_policy: 1\nid: x\nid: y", "id"],
  ])("%s", (text, path) => {
    expect(problemsOf(text).map((problem) => problem.path)).toEqual([path]);
  });

  test("preferences of more than 1.0 in all", () => {
    const rule = (id: string, amount: string): string => `{ id: ${id}, prefer: { if: 'true', amount: ${amount} }, reason: r }`;
    const policy = (...rules: string[]): string => `caio_policy: 1\nid: x\nrules: [${rules.join(", ")}]`;
    expect(problemsOf(policy(rule("a", "0.5"), rule("b", "-0.5")))).toEqual([]);
    expect(problemsOf(policy(rule("a", "0.5"), rule("b", "-0.500001")))[0]).toMatchObject({ path: "rules", found: "preferences of 1000001 micros in all" });
  });

  test("as one error with code and details", () => {
    try {
      parsePolicySet("caio_policy: 1\nid: X\n", { file: "p.yaml" });
      expect.unreachable();
    } catch (error) {
      expect(isCaioError(error, "InvalidPolicy")).toBe(true);
      expect(String(error)).toContain("p.yaml:2:5 id:");
    }
  });

  test("hostile text is refused without harm", () => {
    for (const text of ["[".repeat(12_000), "a: &a [*a]", "x".repeat(10_000_000), "__proto__: { id: x }\ncaio_policy: 1\nid: x", ""]) {
      expect(problemsOf(text).length).toBeGreaterThan(0);
    }
    expect(new PolicyParser().readValue({ caio_policy: 1, id: "x" })).toMatchObject({ ok: true });
    expect(new PolicyParser().readValue(undefined)).toMatchObject({ ok: false });
  });
});

import { describe, expect, it } from "vitest";

import { compiledRules, facesRule, majorOf, obligationsOf, viewsOf } from "../src/calculus/rules.ts";
import { Withheld, type OpenedValues } from "../src/calculus/scene.ts";
import type { Contract, Guarantee, Rule } from "../src/shape/wire-shapes.ts";
import { house, pairOf, plain, rule, sceneOf, type SceneTerms } from "./support/decision-scene.ts";

const require_ = (condition: string): Rule["effect"] => ({ kind: "require", condition });
const deny = (condition: string): Rule["effect"] => ({ kind: "deny", condition });
const prefer = (condition: string): Rule["effect"] => ({ kind: "prefer", condition, amount_micros: 7 });
const oblige = (...obligations: ("redact" | "log" | "human_approval")[]): Rule["effect"] => ({ kind: "oblige", obligations });
/** What one rule says of a pair. */
const saysOf = (effect: Rule["effect"], more: Partial<Rule> = {}, terms: SceneTerms = {}): unknown => {
  const scene = sceneOf({ ...terms, rules: [rule("r", effect, more)] });
  return facesRule(scene, 0, () => viewsOf(scene, pairOf()));
};
/** Whether a condition over the request holds, or that it has no answer. */
const answer = (when: string, said: OpenedValues = {}): unknown => sceneOf({ said, rules: [rule("r", oblige("log"), { when })] }).rules()[0]?.fires();

const latency = (max_us: number, coverage_ppm: number): Guarantee => ({ property: "latency", coverage_ppm, bound: { max_us } });
const least = (property: string, min_micros: number): Guarantee => ({ property, coverage_ppm: 1, bound: { min_micros } });

describe("the request as rules see it (calculus §3)", () => {
  const said: OpenedValues = {
    labels: ["l"], "intent.categories": ["i"], "action.kind": "write", "data.media_type": "a/b", "size.input_tokens": 1, "size.max_output_tokens": 2, "size.bytes": 3,
    "limits.budget_micros": 4, "limits.latency_us": 5, "limits.latency_coverage_ppm": 960_000, "limits.deadline_us": 6,
    "principal.tenant": "t", "principal.permissions": ["p"], "principal.trust": 7, "principal.region": "eu",
    "requirements.capabilities": [{ any_of: [{ type: "y", parameters: {} }, { type: "x", parameters: {} }] }, { any_of: [{ type: "x", parameters: {} }, { type: "a", parameters: {} }] }],
  };

  it("has each path under its name, the limits that are in force, and all types named, sorted", () => {
    expect(sceneOf({ said, base: { limits: { budget_micros: 3, deadline_us: 9 } } }).requestView()).toEqual({
      labels: ["l"], intent: { categories: ["i"] }, action: { kind: "write" }, data: { media_type: "a/b" }, size: { input_tokens: 1, max_output_tokens: 2, bytes: 3 },
      limits: { budget_micros: 3, latency_us: 5, latency_coverage_ppm: 960_000, deadline_us: 6 },
      principal: { tenant: "t", permissions: ["p"], trust: 7, region: "eu" }, requirements: { capabilities: ["a", "x", "y"] },
    });
  });

  it("is without what is unsaid, and reading that is an error", () => {
    expect(["has(request.size.bytes)", "has(request.limits.budget_micros)", "has(request.labels) && request.labels == []"].map((when) => answer(when))).toEqual([false, false, true]);
    expect([answer("request.size.bytes > 0"), answer("request.size.bytes > 0", said), answer("request.size.bytes > 3", said)]).toEqual(["error", true, false]);
    expect(answer("request.requirements.capabilities == []")).toBe(true);
  });

  it("is withheld where a path is, and nowhere else", () => {
    const { size: sizes, limits, labels } = sceneOf({ said: { "size.bytes": 3 }, withheld: ["size.input_tokens", "limits.latency_us"] }).requestView() as Record<"size" | "limits" | "labels", Record<string, unknown>>;
    expect([sizes["bytes"], limits["budget_micros"], labels]).toEqual([3, undefined, []]);
    expect(Object.keys(sizes)).toContain("input_tokens");
    expect(() => sizes["input_tokens"]).toThrow(Withheld);
    expect(() => limits["latency_us"]).toThrow("limits.latency_us is withheld");
  });

  it("cannot be made where a named policy's budget has no rate", () => {
    expect(() => sceneOf({ named: [{ ...house, id: "n", currency: "EUR", limits: { budget_micros: 1 } }] }).requestView()).toThrow("no rate");
  });
});

describe("a service and a model as rules see them (calculus §3)", () => {
  const view = (change: Partial<Contract> = {}): Readonly<Record<string, unknown>> => viewsOf(sceneOf(), pairOf(change))[1] as Readonly<Record<string, unknown>>;

  it("are the contract's parts under their names, with the pair's own capabilities and cost", () => {
    const cost = { model: "free", currency: "USD", base_pico: 0, input_token_pico: 0, output_token_pico: 0, second_pico: 0 } as const;
    const models = [{ id: "m", context_tokens: 1, max_output_tokens: 2, competence_micros: 3, cost, capabilities: [{ type: "y", parameters: {} }, { type: "x", parameters: { p: true } }, { type: "x", parameters: {} }] }];
    const [request, service, model] = viewsOf(sceneOf({ said: { labels: ["l"] } }), pairOf({ models }));
    const { privacy, alignment, access, constraints, metadata } = plain;
    expect(request).toMatchObject({ labels: ["l"] });
    expect(service).toEqual({ id: "a", name: "A", version: "12.3.4", version_major: 12, privacy, alignment, access, constraints, metadata, cost, capabilities: ["x", "y"] });
    expect(model).toEqual({ id: "m", context_tokens: 1, max_output_tokens: 2, competence_micros: 3 });
    expect(viewsOf(sceneOf(), pairOf())[2]).toEqual({});
    expect([majorOf("0.9.1"), majorOf("10.0.0-rc.1")]).toEqual([0, 10]);
  });

  it("the latency at a coverage is the smallest that is promised there or above", () => {
    const { latency_p50_us: half, latency_p95_us: most, latency_p99_us: nearly } = view({ guarantees: [latency(10, 499_999), latency(30, 500_000), latency(20, 949_999), latency(60, 950_000), latency(50, 989_999), latency(90, 990_000), { ...latency(1, 1_000_000), property: "availability" }] });
    expect([half, most, nearly]).toEqual([20, 50, 90]);
    expect(view({ guarantees: [latency(10, 499_999), latency(30, 500_000)] })).toMatchObject({ latency_p50_us: 30, latency_p95_us: undefined });
  });

  it("availability is the largest least that is promised; accuracy the least of those of all accuracies", () => {
    expect(view({ guarantees: [least("availability", 3), least("availability", 5), { property: "availability", coverage_ppm: 1, bound: { max_micros: 9 } }, least("uptime", 8)] })).toMatchObject({ availability_micros: 5, accuracy_micros: undefined });
    expect(view({ guarantees: [least("accuracy", 6), least("accuracy", 4), least("code_accuracy", 5), least("accuracy_of_code", 1)] })).toMatchObject({ accuracy_micros: 5, availability_micros: undefined });
    expect(view({ guarantees: [least("accuracy", 4), least("code_accuracy", 5)] })["accuracy_micros"]).toBe(4);
    expect(view({ guarantees: [{ property: "accuracy", coverage_ppm: 1, bound: { max_micros: 9 } }, least("code_accuracy", 5)] })["accuracy_micros"]).toBe(5);
  });
});

describe("rules in force (calculus §3)", () => {
  it("stand by priority, then id; those of named policies bear its name, and prefer nothing", () => {
    const named = { ...house, id: "n", rules: [rule("a", require_("true")), rule("b", prefer("true")), rule("c", deny("false"), { priority: 2 })] };
    const scene = sceneOf({ rules: [rule("z", oblige("log"), { priority: 1 }), rule("y", prefer("true")), rule("b", prefer("true"))], named: [named, { ...named, id: "m", rules: [rule("a", oblige("redact"))] }] });
    expect(scene.rules().map(({ id }) => id)).toEqual(["n/c", "z", "b", "m/a", "n/a", "y"]);
    expect(sceneOf().rules()).toEqual([]);
  });

  it("fire where `when` is absent or true, and have no answer where it errs or is no bool", () => {
    const fires = (when?: string): unknown => sceneOf({ rules: [rule("r", oblige("log"), when === undefined ? {} : { when })] }).rules()[0]?.fires();
    expect([fires(), fires("1 < 2"), fires("1 > 2"), fires("request.size.bytes == 1"), fires("1 + 1")]).toEqual([true, true, false, "error", "error"]);
  });

  it("ask a `when` once, whoever wants to know", () => {
    const scene = sceneOf({ rules: [rule("r", oblige("log"), { when: "request.labels == []" })] });
    const [one] = scene.rules();
    const before = scene.work.left;
    const first = one?.fires();
    const after = scene.work.left;
    expect([first, one?.fires(), scene.work.left]).toEqual([true, true, after]);
    expect(after).toBeLessThan(before);
  });

  it("see the request alone in a `when`, and the pair as well in a condition", () => {
    const compile = (one: Rule): unknown => compiledRules({ ...house, rules: [one] });
    expect(() => compile(rule("r", oblige("log"), { when: "service.id == 'a'" }))).toThrow("the unknown name service");
    expect(() => compile(rule("r", require_("pair.id == 'a'")))).toThrow("the unknown name pair");
    for (const [condition, holds] of [["service.id == 'a' && request.labels == []", true], ["has(model.id)", false]] as const) expect(saysOf(require_(condition))).toEqual({ holds, prefer: 0 });
  });

  it("condemn by a `require` that is not true, a `deny` that is not false, and an error of any", () => {
    const error = "service.privacy.encryption";
    expect(["true", "false", error, "1"].map((condition) => saysOf(require_(condition)))).toEqual([true, false, false, false].map((holds) => ({ holds, prefer: 0 })));
    expect(["false", "true", error, "1"].map((condition) => saysOf(deny(condition)))).toEqual([true, false, false, false].map((holds) => ({ holds, prefer: 0 })));
    expect(["true", "false", error, "1"].map((condition) => saysOf(prefer(condition)))).toEqual([{ holds: true, prefer: 7 }, { holds: true, prefer: 0 }, { holds: false, prefer: 0 }, { holds: false, prefer: 0 }]);
    expect(saysOf(oblige("log"))).toEqual({ holds: true, prefer: 0 });
  });

  it("say nothing where they do not fire, and condemn where their `when` has no answer", () => {
    for (const effect of [require_("false"), deny("true"), prefer("true"), oblige("log")]) {
      expect(saysOf(effect, { when: "false" })).toEqual({ holds: true, prefer: 0 });
      expect(saysOf(effect, { when: "request.size.bytes == 1" })).toEqual({ holds: false, prefer: 0 });
    }
  });

  it("oblige in order, each once, where they fire, also where another `when` has no answer", () => {
    const rules = [rule("a", oblige("redact", "log")), rule("b", oblige("log")), rule("c", oblige("human_approval"), { when: "false" }), rule("d", require_("true")), rule("e", oblige("human_approval"), { when: "request.size.bytes == 1" })];
    expect(obligationsOf(sceneOf({ rules }))).toEqual(["log", "redact"]);
  });
});

describe("a condition whose text selects a list of more than 256 items (calculus §3)", () => {
  const words = (count: number): readonly string[] => Array.from({ length: count }, (_none, at) => `l${String(at)}`);

  it("has no answer, wherever the selection stands, and 256 are read", () => {
    const [full, over] = [{ labels: words(256) }, { labels: words(257) }];
    expect([answer('"l1" in request.labels', full), answer('"l1" in request.labels', over), answer('false && "l1" in request.labels', over), answer('request.action.kind == "read" || "l1" in request.labels', { ...over, "action.kind": "read" })]).toEqual([true, "error", "error", "error"]);
    expect([answer("has(request.labels)", over), answer('request.action.kind == "read"', { ...over, "action.kind": "read" })]).toEqual([true, true]);
    expect([answer('"l1" in request.intent.categories', { "intent.categories": words(257) }), answer("request.data.media_type == 'a/b'", { "data.media_type": `a/${"b".repeat(300)}` })]).toEqual(["error", false]);
  });

  it("is no matter of a chain that leads to nothing", () => {
    expect([answer("has(request.nothing) && request.nothing.at.all == 1"), answer("request.nothing.at.all == 1")]).toEqual([false, "error"]);
  });
});

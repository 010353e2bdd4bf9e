import { describe, expect, it } from "vitest";

import { limitsInForce, promisedLatency, residuals, riskOf, worstCost } from "../src/calculus/limits.ts";
import { matching, refinesType } from "../src/calculus/matching.ts";
import { holds, least, nameOf, once, OpenedRequest, outputTokens, pairsOf, Withheld, type OpenedValues, type Pair, type Scene } from "../src/calculus/scene.ts";
import { controlBound, frameOf, scoreOf, termsOf } from "../src/calculus/score.ts";
import { security, securityRecords } from "../src/calculus/security.ts";
import type { Admitted, Certificate } from "../src/shape/certificate-shape.ts";
import type { Contract, Cost, Guarantee, HistoryLeaf, Policy } from "../src/shape/wire-shapes.ts";

const ONE = 1_000_000;
const plain = {
  service_id: "a",
  version: "1.2.0",
  capabilities: [{ type: "x", parameters: {} }],
  guarantees: [],
  models: [],
  privacy: { compliance: [] },
  alignment: {},
  access: { required_permissions: [], match: "any", required_trust_level: 0, tenants: [], public: true },
  constraints: {},
  api: { protocol: "http", endpoints: [] },
  metadata: { tags: [] },
} as const satisfies Contract;
const policy = {
  id: "house",
  currency: "USD",
  rates: {},
  limits: {},
  safety: { forbidden: ["weapons"], needs_filtering: ["medical"] },
  privacy: { mode: "strict", sensitive: ["health"], allowed_labels: {} },
} as unknown as Policy;

interface SceneTerms {
  readonly said?: OpenedValues;
  /** Not opened. */
  readonly withheld?: readonly string[];
  readonly base?: Partial<Policy>;
  readonly named?: readonly Policy[];
  readonly obligations?: readonly ("redact" | "log" | "human_approval")[];
  readonly certificate?: Partial<Certificate>;
}

/** A scene in which nothing is said but this; what is not said is committed to as unsaid. */
function sceneOf({ said = {}, withheld = [], base = {}, named = [], obligations = [], certificate = {} }: SceneTerms = {}): Scene {
  const commitments = new Proxy({}, { get: (_none, path) => (path in said || withheld.includes(String(path)) ? "committed" : null) });
  const request = new OpenedRequest(commitments, said);
  const all = { ...policy, ...base };
  const rules: Scene["rules"] = () => [{ id: "r", priority: 0, when: undefined, condition: undefined, effect: { kind: "oblige", obligations }, fires: () => true }];
  return { request, base: all, limits: once(() => limitsInForce(request, all, named)), rules, requestView: () => ({}), work: { left: 1_000 }, certificate: { now: 5_000, lineage: null, authentication: {}, ...certificate } as Certificate };
}

function pairOf(change: Partial<Contract> = {}, leaf: HistoryLeaf | null = null): Pair {
  const [pair] = pairsOf({ ...plain, ...change });
  if (pair === undefined) throw new Error("There is a pair.");
  return { ...pair, leaf };
}

const leafOf = (change: Partial<HistoryLeaf>): HistoryLeaf => ({ health: "healthy", promises: [], outcomes: 0, violations: 0, learned: null, memory: null, ...change });
const latency = (max_us: number, coverage_ppm: number): Guarantee => ({ property: "latency", coverage_ppm, bound: { max_us } });
const costOf = (change: Partial<Cost>): Cost => ({ model: "per_token", currency: "USD", base_pico: 0, input_token_pico: 0, output_token_pico: 0, second_pico: 0, ...change });
/** Whether a clause of a step holds. */
const clause = (step: typeof matching, name: string, terms: SceneTerms, pair: Pair): boolean | undefined => step.find(([each]) => each === name)?.[1](sceneOf(terms), pair);

describe("limits in force (calculus §0)", () => {
  const all = (terms: SceneTerms): unknown => {
    const { budget, noRate, latency: late, coverage, deadline } = sceneOf(terms).limits();
    return { budget, noRate, late, coverage, deadline };
  };
  const limits = { budget_micros: 5, latency_us: 70, latency_coverage_ppm: 990_000, deadline_us: 900 };
  const said = { "limits.budget_micros": 6, "limits.latency_us": 60, "limits.latency_coverage_ppm": 980_000, "limits.deadline_us": 1_000 };

  it("are the least of all that say one, and the largest coverage", () => {
    expect(all({})).toEqual({ budget: null, noRate: false, late: null, coverage: 950_000, deadline: null });
    expect(all({ said, base: { limits } })).toEqual({ budget: 5, noRate: false, late: 60, coverage: 990_000, deadline: 900 });
    expect(all({ said })).toEqual({ budget: 6, noRate: false, late: 60, coverage: 980_000, deadline: 1_000 });
    expect(all({ said, named: [{ ...policy, limits: { ...limits, budget_micros: 4 } }] })).toEqual({ budget: 4, noRate: false, late: 60, coverage: 990_000, deadline: 900 });
  });

  it("convert budgets by the base's rates, rounded down, at most 2^53 - 1; one without a rate drops out, and a policy's is an error", () => {
    const base = { rates: { EUR: 1_500_000_000_000 } };
    const euros = { "limits.currency": "EUR" } as const;
    expect(all({ base, said: { ...euros, "limits.budget_micros": 5 } })).toMatchObject({ budget: 7, noRate: false });
    expect(all({ base, said: { ...euros, "limits.budget_micros": Number.MAX_SAFE_INTEGER } })).toMatchObject({ budget: Number.MAX_SAFE_INTEGER });
    expect(all({ said: { ...euros, "limits.budget_micros": 5 }, base: { limits: { budget_micros: 9 } } })).toMatchObject({ budget: 9, noRate: true });
    expect(all({ said: { "limits.currency": "toString", "limits.budget_micros": 5 } })).toMatchObject({ budget: null, noRate: true });
    expect(all({ said: euros })).toMatchObject({ budget: null, noRate: false });
    expect(all({ base, named: [{ ...policy, currency: "EUR", limits: { budget_micros: 5 } }] })).toMatchObject({ budget: 7 });
    expect(all({ named: [{ ...policy, currency: "EUR", limits: {} }] })).toMatchObject({ budget: null });
    expect(() => all({ named: [{ ...policy, currency: "EUR", limits: { budget_micros: 5 } }] })).toThrow("no rate");
  });

  it("are each withheld by themselves", () => {
    const { limits: read } = sceneOf({ withheld: ["limits.latency_us"] });
    expect(read().budget).toBeNull();
    expect(() => read().latency).toThrow(Withheld);
  });
});

describe("worst-case cost (calculus §5)", () => {
  const said = { "size.input_tokens": 3, "size.max_output_tokens": 4, "limits.deadline_us": 1_000_000 } as const;
  const of = (cost: Cost | undefined, terms: SceneTerms = { said }): unknown => worstCost(sceneOf(terms), { ...pairOf(), cost });

  it("adds what is used, rounds up, and converts rounding up", () => {
    expect(of(costOf({ base_pico: 1, input_token_pico: 1_000_000, output_token_pico: 2_000_000 }))).toBe(12);
    expect(of(costOf({ model: "per_second", base_pico: 1, second_pico: 1_000_001 }))).toBe(3);
    expect(of(costOf({ base_pico: 1, second_pico: 1_000_001 }))).toBe(1);
    expect(of(costOf({ base_pico: 3_000_000, currency: "EUR" }), { base: { rates: { EUR: 1_100_000_000_000 } } })).toBe(4);
    expect(of(costOf({ input_token_pico: 9_000_000_000_000_000 }), { said: { "size.input_tokens": 1_000_000_000_000 } })).toBe(Number.MAX_SAFE_INTEGER);
    expect(of(costOf({}))).toBe(0);
  });

  it("is silent where a factor is needed and unsaid, without a rate where there is none, free whatever the currency", () => {
    expect([of(undefined), of(costOf({ model: "free", currency: "XTS" })), of(costOf({ currency: "XTS", input_token_pico: 1 }), {})]).toEqual(["silent", 0, "currency"]);
    for (const needs of [{ input_token_pico: 1 }, { output_token_pico: 1 }, { model: "per_second", second_pico: 1 }] as const) expect(of(costOf(needs), {})).toBe("silent");
    expect(of(costOf({ second_pico: 1 }), {})).toBe(0);
  });

  it("is silent for one part that is unsaid, also where another is withheld; else it is withheld", () => {
    const both = costOf({ input_token_pico: 1, output_token_pico: 1 });
    expect(of(both, { withheld: ["size.input_tokens"] })).toBe("silent");
    expect(() => of(both, { withheld: ["size.input_tokens"], said: { "size.max_output_tokens": 1 } })).toThrow(Withheld);
  });

  it("takes the smaller of the request's and the model's output", () => {
    const tokens = (asked: number | undefined, given: number | undefined): number | null =>
      outputTokens(sceneOf(asked === undefined ? {} : { said: { "size.max_output_tokens": asked } }), { ...pairOf(), part: given === undefined ? {} : { max_output_tokens: given } });
    expect([tokens(5, 4), tokens(4, 5), tokens(5, undefined), tokens(undefined, 4), tokens(undefined, undefined)]).toEqual([4, 4, 5, 4, null]);
  });
});

describe("promised latency (calculus §5)", () => {
  const of = (declared: readonly Guarantee[], measured: readonly Guarantee[] = []): number | null => promisedLatency(sceneOf(), { ...pairOf({ guarantees: declared }), leaf: leafOf({ promises: measured }) });

  it("is the smallest at the coverage, no smaller than what was measured", () => {
    expect(of([latency(900, 990_000), latency(500, 950_000), latency(100, 949_999), { ...latency(1, ONE), property: "availability" }])).toBe(500);
    expect([of([]), of([latency(5, 940_000)]), of([], [latency(5, ONE)])]).toEqual([null, null, null]);
    expect([of([latency(500, ONE)], [latency(700, ONE)]), of([latency(500, ONE)], [latency(100, ONE)]), of([latency(500, ONE)], [latency(700, 1)])]).toEqual([700, 500, null]);
    expect(of([latency(500, ONE)], [{ ...latency(700, ONE), property: "availability" }])).toBe(500);
    expect(promisedLatency(sceneOf(), pairOf({ guarantees: [latency(500, ONE)] }))).toBe(500);
  });
});

describe("risk, maturity and confidentiality (calculus §5)", () => {
  const sealed = { encryption: true, encryption_type: "end_to_end", compliance: [] } as const;
  const traits = (change: Partial<Contract>, leaf: HistoryLeaf | null = null): unknown => residuals.traits(sceneOf(), pairOf(change, leaf));

  it("of a contract that says nothing, and of one that says all", () => {
    // v = 1/20; confidentiality 0.2 − 0.1 for a retention that is unsaid.
    expect(traits({})).toEqual({ conservative: -400_000, confidential: -100_000, risk: ONE - 28_500 - ONE });
    const all = { alignment: { safety_level: "high", content_filtering: true, bias_mitigation: true }, privacy: { ...sealed, data_locality: "on_device", data_retention: "none" } } as const;
    expect(traits(all)).toEqual({ conservative: -800_000, confidential: -ONE, risk: -950_000 });
    expect(traits({ ...all, version: "0.9.1" }, leafOf({ outcomes: 500, violations: 25 }))).toEqual({ conservative: -500_000, confidential: -ONE, risk: -950_000 });
    expect(traits({ version: "2.0.0" }, leafOf({ outcomes: 5_000 }))).toMatchObject({ conservative: -600_000 });
  });

  it.each<[Contract["privacy"], number]>([
    [{ compliance: [], data_locality: "local", data_retention: "session" }, 900_000],
    [{ compliance: [], data_locality: "private_cloud", data_retention: "days:1" }, 500_000],
    [{ compliance: [], data_locality: "external", data_retention: "none" }, 200_000],
    [{ ...sealed, data_locality: "private_cloud", data_retention: "indefinite" }, 800_000],
    [{ ...sealed, encryption: false, data_retention: "none" }, 200_000],
    [{ ...sealed, encryption_type: "at_rest", data_retention: "none" }, 200_000],
  ])("confidentiality of %j", (privacy, micros) => {
    expect(traits({ privacy })).toMatchObject({ confidential: -micros });
  });

  it("rounds risk up, and counts at most every outcome as a violation", () => {
    const service = { alignment: { safety_level: "medium", content_filtering: true } } as const;
    // v = ⌈3·10⁶/520⌉ = 5 770; 1 − 0.99423·(0.2 + 0.2 + 0.03)
    expect(riskOf(pairOf(service, leafOf({ outcomes: 500, violations: 2 })))).toBe(572_482);
    expect(riskOf(pairOf(service, leafOf({ outcomes: 5, violations: 500 })))).toBe(ONE);
    expect(riskOf(pairOf({ alignment: { bias_mitigation: true } }))).toBe(876_500);
  });

  it("are measured against what is asked", () => {
    const scene = sceneOf({ said: { traits: { conservative_micros: 400_001, confidential_micros: 100_002, risk_micros: 971_497 } } });
    expect(residuals.traits(scene, pairOf())).toEqual({ conservative: 1, confidential: 2, risk: 3 });
  });
});

describe("residuals (calculus §5)", () => {
  it("of safety: categories and labels, filtering, and a destructive action without an approval", () => {
    const of = (terms: SceneTerms, filtering = false): unknown => Object.values(residuals.safety(sceneOf(terms), pairOf({ alignment: { content_filtering: filtering } })));
    expect(of({})).toEqual([0, 0, 0]);
    expect(of({ said: { "intent.categories": ["travel", "weapons"] } })).toEqual([ONE, 0, 0]);
    expect(of({ said: { labels: ["medical"] } })).toEqual([0, ONE, 0]);
    expect(of({ said: { labels: ["medical"] } }, true)).toEqual([0, 0, 0]);
    expect(of({ said: { "action.kind": "destructive" } })).toEqual([0, 0, ONE]);
    expect(of({ said: { "action.kind": "destructive" }, obligations: ["log"] })).toEqual([0, 0, ONE]);
    expect(of({ said: { "action.kind": "destructive" }, obligations: ["human_approval"] })).toEqual([0, 0, 0]);
    expect(of({ said: { "action.kind": "write" } })).toEqual([0, 0, 0]);
  });

  it("of the policy: the device, encryption, compliance", () => {
    const of = (privacy: Partial<Contract["privacy"]>, asked: Partial<NonNullable<OpenedValues["requirements.privacy"]>>): unknown =>
      Object.values(residuals.policy(sceneOf({ said: { "requirements.privacy": { on_device: false, compliance: [], ...asked } } }), pairOf({ privacy: { compliance: [], ...privacy } })));
    expect(Object.values(residuals.policy(sceneOf(), pairOf()))).toEqual([0, 0, 0]);
    expect([of({ data_locality: "on_device" }, { on_device: true }), of({ data_locality: "local" }, { on_device: true }), of({ data_locality: "local" }, {})]).toEqual([[0, 0, 0], [ONE, 0, 0], [0, 0, 0]]);
    const open: readonly Contract["privacy"][] = [{ compliance: [] }, { compliance: [], encryption_type: "at_rest" }, { compliance: [], encryption: true, encryption_type: "in_transit" }, { compliance: [], data_locality: "private_cloud" }];
    for (const privacy of open) expect(of(privacy, { encryption: "at_rest" })).toEqual([0, ONE, 0]);
    const met: readonly Contract["privacy"][] = [{ compliance: [], encryption: true, encryption_type: "at_rest" }, { compliance: [], encryption: true, encryption_type: "end_to_end" }, { compliance: [], data_locality: "local" }, { compliance: [], data_locality: "on_device" }];
    for (const privacy of met) expect(of(privacy, { encryption: "at_rest" })).toEqual([0, 0, 0]);
    expect([of({ encryption: true }, { encryption: "any" }), of({ encryption: false }, { encryption: "any" })]).toEqual([[0, 0, 0], [0, ONE, 0]]);
    expect([of({ compliance: ["a", "b"] }, { compliance: ["a", "b"] }), of({ compliance: ["a"] }, { compliance: ["a", "b"] })]).toEqual([[0, 0, 0], [0, 0, ONE]]);
  });

  it("of budget and latency: the distance, or 1.0 with its reason", () => {
    const priced: Pair = { ...pairOf({ guarantees: [latency(500, ONE)] }), cost: costOf({ base_pico: 7_000_000 }) };
    const budget = (terms: SceneTerms, pair = priced): unknown => Object.values(residuals.budget(sceneOf(terms), pair));
    expect([budget({}), budget({ said: { "limits.budget_micros": 7 } }), budget({ said: { "limits.budget_micros": 6 } })]).toEqual([[0, null], [0, null], [1, null]]);
    const [silent, foreign] = [{ ...priced, cost: undefined }, { ...priced, cost: costOf({ currency: "XTS" }) }];
    expect([budget({}, silent), budget({ said: { "limits.budget_micros": 6 } }, silent), budget({}, foreign), budget({ said: { "limits.budget_micros": 9, "limits.currency": "XTS" } })]).toEqual([[0, null], [ONE, "silent"], [ONE, "currency"], [ONE, "currency"]]);
    const late = (terms: SceneTerms, pair = priced): unknown => Object.values(residuals.latency(sceneOf(terms), pair));
    expect(late({ withheld: ["limits.latency_coverage_ppm"] })).toEqual([0, null]);
    expect(() => late({ said: { "limits.latency_us": 499 }, withheld: ["limits.latency_coverage_ppm"] })).toThrow(Withheld);
    expect([late({}), late({ said: { "limits.latency_us": 499 } }), late({ said: { "limits.latency_us": 499 } }, pairOf())]).toEqual([[0, null], [1, null], [ONE, "silent"]]);
  });
});

describe("step 1 (calculus §1, §2)", () => {
  const fits = (name: string, terms: SceneTerms, pair: Pair): boolean | undefined => clause(matching, name, terms, pair);

  it("leaves out the excluded and the unhealthy", () => {
    const without = (service: string, model: string | null): SceneTerms => ({ certificate: { lineage: { parent: "0", excluded: [{ service, model }] } } });
    expect([fits("excluded", {}, pairOf()), fits("excluded", without("a", null), pairOf()), fits("excluded", without("b", null), pairOf()), fits("excluded", without("a", "m"), pairOf())]).toEqual([true, false, true, true]);
    expect([fits("health", {}, pairOf()), fits("health", {}, { ...pairOf(), draining: true }), fits("health", {}, pairOf({}, leafOf({ health: "unhealthy" }))), fits("health", {}, pairOf({}, leafOf({ health: "degraded" })))]).toEqual([true, false, false, true]);
  });

  it("wants one alternative of every group", () => {
    const asked = (...groups: readonly (readonly string[])[]): SceneTerms => ({ said: { "requirements.capabilities": groups.map((types) => ({ any_of: types.map((type) => ({ type, parameters: {} })) })) } });
    const pair = pairOf({ capabilities: [{ type: "a.b", parameters: {} }, { type: "c", parameters: {} }] });
    expect([fits("capabilities", {}, pair), fits("capabilities", asked(["x", "a"], ["c"]), pair), fits("capabilities", asked(["a"], ["x"]), pair), fits("capabilities", asked(["a.b.c"]), pair)]).toEqual([true, true, false, false]);
    expect([refinesType("a.b", "a"), refinesType("a", "a"), refinesType("ab", "a"), refinesType("a", "a.b")]).toEqual([true, true, false, false]);
  });

  it.each<[Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>, boolean]>([
    [{ p: "x" }, { p: "x" }, true], [{ p: "y" }, { p: "x" }, false], [{ p: true }, { p: true }, true], [{ p: false }, { p: true }, false], [{}, { p: true }, false], [{ p: true }, {}, true],
    [{ p: ["x", "y"] }, { p: ["x"] }, true], [{ p: ["x"] }, { p: ["x", "y"] }, false], [{ p: "x" }, { p: ["x"] }, false], [{ p: ["x"] }, { p: "x" }, false], [{}, { toString: "x" }, false],
    [{ p: { min_micros: 2, max_micros: 3 } }, { p: { min_micros: 1 } }, true], [{ p: { min_micros: 2 } }, { p: { max_micros: 9 } }, false], [{ p: { min_micros: 0 } }, { p: { min_micros: 1 } }, false],
    [{ p: { max_micros: 9 } }, { p: { max_micros: 9 } }, true], [{ p: { max_micros: 10 } }, { p: { max_micros: 9 } }, false], [{ p: ["x"] }, { p: { min_micros: 1 } }, false], [{ p: "x" }, { p: { min_micros: 1 } }, false],
    [{ p: true, q: "x" }, { p: true, q: "y" }, false],
  ])("parameters %j against %j", (offered, wanted, isMet) => {
    type Parameters = Contract["capabilities"][number]["parameters"];
    const asked = { said: { "requirements.capabilities": [{ any_of: [{ type: "x", parameters: wanted as Parameters }] }] } };
    expect(fits("capabilities", asked, pairOf({ capabilities: [{ type: "x", parameters: offered as Parameters }] }))).toBe(isMet);
  });

  it("wants a demand met by one declared promise, and by one that was measured if any was", () => {
    const demand = (bound: Guarantee["bound"], property = "latency"): SceneTerms => ({ said: { "requirements.guarantees": [{ property, coverage_ppm: 900_000, bound }] } });
    const at = (declared: readonly Guarantee[], measured: readonly Guarantee[] = []): Pair => pairOf({ guarantees: declared }, leafOf({ promises: measured }));
    const five = demand({ max_us: 5 });
    expect([fits("guarantees", {}, at([])), fits("guarantees", five, at([latency(5, 900_000)])), fits("guarantees", five, at([latency(5, 899_999)])), fits("guarantees", five, at([latency(6, ONE)])), fits("guarantees", five, at([]))]).toEqual([true, true, false, false, false]);
    expect([fits("guarantees", five, at([latency(5, ONE)], [latency(6, ONE)])), fits("guarantees", five, at([latency(5, ONE)], [latency(6, ONE), latency(4, ONE)])), fits("guarantees", five, at([latency(5, ONE)], [{ ...latency(9, ONE), property: "x" }])), fits("guarantees", five, at([{ ...latency(5, ONE), property: "x" }]))]).toEqual([false, true, true, false]);
    const micros = (bound: Guarantee["bound"]): Guarantee => ({ property: "latency", coverage_ppm: ONE, bound });
    expect([fits("guarantees", demand({ min_micros: 5 }), at([micros({ min_micros: 5 })])), fits("guarantees", demand({ min_micros: 5 }), at([micros({ min_micros: 4 })])), fits("guarantees", demand({ max_micros: 5 }), at([micros({ max_micros: 6 })])), fits("guarantees", demand({ min_us: 5 }), at([micros({ min_us: 4 })])), fits("guarantees", demand({ min_us: 5 }), at([micros({ max_us: 4 })]))]).toEqual([true, false, false, false, false]);
  });

  it("wants every constraint, and silence meets none", () => {
    const none = { regions: [], route: "any", services: [], models: [] } as const;
    const asked = (change: Partial<NonNullable<OpenedValues["requirements.constraints"]>>, contract: Partial<Contract>, model: string | null = null): boolean | undefined => fits("constraints", { said: { "requirements.constraints": { ...none, ...change } } }, { ...pairOf(contract), model });
    const near = (data_locality: "on_device" | "local" | "external"): Partial<Contract> => ({ privacy: { compliance: [], data_locality } });
    expect([fits("constraints", {}, pairOf()), asked({}, {})]).toEqual([true, true]);
    expect([asked({ max_locality: "local" }, near("on_device")), asked({ max_locality: "local" }, near("local")), asked({ max_locality: "local" }, near("external")), asked({ max_locality: "external" }, {})]).toEqual([true, true, false, false]);
    const regions = (...names: string[]): Partial<Contract> => ({ privacy: { compliance: [], regions: names } });
    expect([asked({ regions: ["eu", "us"] }, regions("eu")), asked({ regions: ["eu"] }, regions("eu", "us")), asked({ regions: ["eu"] }, regions()), asked({ regions: ["eu"] }, {})]).toEqual([true, false, false, false]);
    for (const need of ["requires_gpu", "requires_internet"] as const) expect([asked({ [need]: false }, { constraints: { [need]: false } }), asked({ [need]: false }, { constraints: { [need]: true } }), asked({ [need]: false }, {})]).toEqual([true, false, false]);
    expect([asked({ services: ["a"] }, {}), asked({ services: ["b"] }, {}), asked({ models: ["m"] }, {}), asked({ models: ["m"] }, {}, "m"), asked({ models: ["m"] }, {}, "n")]).toEqual([true, false, false, true, false]);
  });

  it("takes what the request brings, and no more", () => {
    const narrow = pairOf({ constraints: { context_length: { max_tokens: 10 }, max_bytes: 5, media_types: ["a/b"] } });
    const brings = (said: OpenedValues, pair = narrow): boolean | undefined => fits("assumptions", { said }, pair);
    expect([brings({}), brings({ "size.input_tokens": 8, "size.max_output_tokens": 2 }), brings({ "size.input_tokens": 9, "size.max_output_tokens": 2 }), brings({ "size.input_tokens": 11 }), brings({ "size.input_tokens": 11 }, pairOf())]).toEqual([true, true, false, false, true]);
    expect(brings({ "size.input_tokens": 15 }, { ...narrow, part: { context_tokens: 20, max_output_tokens: 5 } })).toBe(true);
    expect(brings({ "size.input_tokens": 16 }, { ...narrow, part: { context_tokens: 20, max_output_tokens: 5 } })).toBe(false);
    expect([brings({ "size.bytes": 5 }), brings({ "size.bytes": 6 }), brings({ "size.bytes": 6 }, pairOf()), brings({ "data.media_type": "a/b" }), brings({ "data.media_type": "c/d" }), brings({ "data.media_type": "c/d" }, pairOf())]).toEqual([true, false, true, true, false, true]);
  });
});

describe("step 3 (calculus §4)", () => {
  const passes = (name: string, terms: SceneTerms, pair: Pair): boolean | undefined => clause(security, name, terms, pair);
  const access = (change: Partial<Contract["access"]>): Pair => pairOf({ access: { ...plain.access, public: false, ...change } });

  it("authenticates fresh tokens under keys that are not shared, API keys and the house itself", () => {
    const by = (change: Readonly<Record<string, unknown>>): boolean | undefined => passes("authentication", { certificate: { authentication: { clause: "authentication", method: "jwt", alg: "ES256", keyId: null, exp: 6, nbf: null, ...change } } as unknown as Partial<Certificate> }, pairOf());
    expect([by({}), by({ exp: 5 }), by({ exp: null }), by({ alg: "HS256" }), by({ alg: null }), by({ nbf: 5 }), by({ nbf: 6 })]).toEqual([true, false, false, false, false, true, false]);
    for (const alg of ["EdDSA", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"]) expect(by({ alg })).toBe(true);
    const key = { method: "api_key", alg: null, exp: null };
    expect([by({ ...key, keyId: "k" }), by({ ...key, keyId: "k", exp: 6 }), by({ ...key, keyId: "k", exp: 5 }), by(key), by({ method: "local", alg: null, exp: null })]).toEqual([true, true, false, false, true]);
  });

  it("authorises by permissions, any or all, and nobody where none is said", () => {
    const has = { said: { "principal.permissions": ["p", "q"] } } as const;
    expect([passes("authorization", {}, pairOf()), passes("authorization", has, access({})), passes("authorization", has, access({ required_permissions: ["p", "r"] })), passes("authorization", has, access({ required_permissions: ["p", "r"], match: "all" })), passes("authorization", has, access({ required_permissions: ["p", "q"], match: "all" })), passes("authorization", {}, access({ required_permissions: ["p"] })), passes("authorization", {}, access({ required_permissions: ["p"], public: true }))]).toEqual([true, false, true, false, true, false, true]);
  });

  it("keeps sensitive labels near, sealed or with whom they are allowed", () => {
    const basis = (privacy: Partial<Contract["privacy"]>, base: Partial<Policy["privacy"]> = {}, labels: readonly string[] = ["health"]): unknown => {
      const terms = { said: { labels }, base: { privacy: { ...policy.privacy, ...base } } };
      const pair = pairOf({ privacy: { compliance: [], ...privacy } });
      const record = securityRecords(sceneOf(terms), pair)[2];
      expect(passes("privacy", terms, pair)).toBe(record?.["basis"]?.() !== null);
      return record?.["basis"]?.();
    };
    expect([basis({}), basis({}, {}, ["x"]), basis({}, {}, []), basis({ data_locality: "local" }), basis({ data_locality: "on_device" }), basis({ data_locality: "private_cloud" })]).toEqual([null, "not_sensitive", "not_sensitive", "locality", "locality", null]);
    expect([basis({ encryption: true, encryption_type: "end_to_end" }), basis({ encryption: true }), basis({ encryption: true }, { mode: "encrypted" }), basis({ encryption_type: "end_to_end" }, { mode: "encrypted" })]).toEqual(["encryption", null, "encryption", null]);
    const two = { sensitive: ["health", "finance"] };
    expect([basis({}, { ...two, allowed_labels: { a: ["health"] } }), basis({}, { ...two, allowed_labels: { a: ["health"] } }, ["health", "finance"]), basis({}, { ...two, allowed_labels: { b: ["health"] } })]).toEqual(["allowed_labels", null, null]);
  });

  it("wants trust, membership, a region and a route", () => {
    expect([passes("trust", {}, pairOf()), passes("trust", { said: { "principal.trust": 5 } }, access({ required_trust_level: 5 })), passes("trust", { said: { "principal.trust": 4 } }, access({ required_trust_level: 5 })), passes("trust", {}, access({ required_trust_level: 1 }))]).toEqual([true, true, false, false]);
    expect([passes("access", {}, pairOf()), passes("access", { said: { "principal.tenant": "t" } }, access({ tenants: ["t"] })), passes("access", { said: { "principal.tenant": "u" } }, access({ tenants: ["t"] })), passes("access", {}, access({ tenants: ["t"] }))]).toEqual([true, true, false, false]);
    expect(passes("access", { withheld: ["principal.tenant"] }, pairOf())).toBe(true);
    expect(() => passes("access", { withheld: ["principal.tenant"] }, access({ tenants: ["t"] }))).toThrow(Withheld);
    const inEurope = { said: { "principal.region": "eu" } };
    expect([passes("access", inEurope, pairOf({ privacy: { compliance: [], regions: ["eu"] } })), passes("access", inEurope, pairOf({ privacy: { compliance: [], regions: ["us"] } })), passes("access", inEurope, pairOf())]).toEqual([true, false, false]);
    const by = (route: "any" | "internal"): SceneTerms => ({ said: { "requirements.constraints": { regions: [], route, services: [], models: [] } } });
    const on = (route: "internal" | "external"): Pair => pairOf({ metadata: { tags: [], route } });
    expect([passes("access", by("any"), on("external")), passes("access", by("internal"), on("internal")), passes("access", by("internal"), on("external")), passes("access", by("internal"), pairOf())]).toEqual([true, true, false, false]);
  });

  it("is told member by member (certificate §8)", () => {
    const told = (terms: SceneTerms, pair: Pair): unknown => securityRecords(sceneOf(terms), pair).slice(1).map((record) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value()])));
    expect(told({ said: { labels: ["x", "health"] } }, pairOf())).toEqual([
      { clause: "authorization", public: true, match: "any", required: [], matched: [] },
      { clause: "privacy", basis: null, mode: "strict", sensitive: ["health"] },
      { clause: "trust", required: 0 },
      { clause: "access", tenant: "open", region: "unsaid", route: "any" },
    ]);
    const said = { "principal.permissions": ["p", "q"], "principal.region": "eu", "principal.tenant": "t", "requirements.constraints": { regions: [], route: "internal", services: [], models: [] } } as const;
    const pair = access({ required_permissions: ["p", "q", "r"], required_trust_level: 3, tenants: ["t"] });
    expect(told({ said }, pair)).toMatchObject([{ public: false, required: ["p", "q", "r"], matched: ["p"] }, {}, { required: 3 }, { tenant: "member", region: "inside", route: "same" }]);
    expect(told({ said }, access({ required_permissions: ["p", "r", "q"], match: "all" }))).toMatchObject([{ match: "all", matched: ["p", "q"] }, {}, {}, {}]);
    expect(securityRecords(sceneOf({ certificate: { authentication: { method: "local", alg: null } } as unknown as Partial<Certificate> }), pair)[0]?.["method"]?.()).toBe("local");
  });
});

describe("the score (calculus §6)", () => {
  const pair: Pair = { ...pairOf({ guarantees: [latency(300, ONE)], alignment: { safety_level: "high" } }), cost: costOf({ base_pico: 3_000_000 }) };
  const terms = (scene: Scene, of = pair, among: readonly Pair[] = [pair]): unknown => {
    const { model, cost, latency: late } = termsOf(scene, of, () => frameOf(scene, among));
    return [model(), cost(), late()];
  };

  it("takes cost and latency as shares of the limit, or of the largest that is admitted", () => {
    const larger = { ...pairOf({ guarantees: [latency(900, ONE)] }), cost: costOf({ base_pico: 9_000_000 }) };
    expect(frameOf(sceneOf(), [pair, larger, pairOf()])).toEqual({ cost: 9, latency: 900 });
    expect(frameOf(sceneOf(), [])).toEqual({ cost: 0, latency: 0 });
    expect(frameOf(sceneOf({ said: { "limits.budget_micros": 4, "limits.latency_us": 600 } }), [pair, larger])).toEqual({ cost: 4, latency: 600 });
    expect(terms(sceneOf(), pair, [pair, larger])).toEqual([Math.round((500_000 - 333_333 + ONE - ONE) / 4), 333_333, 333_333]);
    expect(terms(sceneOf({ said: { "limits.budget_micros": 4, "limits.latency_us": 600 } }))).toEqual([-62_500, 750_000, 500_000]);
    expect(terms(sceneOf(), pairOf())).toEqual([(500_000 - ONE - ONE) / 4, ONE, ONE]);
    expect(terms(sceneOf(), { ...pair, cost: costOf({}) }, [{ ...pair, cost: costOf({}) }])).toEqual([(500_000 + ONE - ONE) / 4, 0, ONE]);
  });

  it("takes as overflow the share of the context that is filled", () => {
    const said = { "size.input_tokens": 300, "size.max_output_tokens": 200 } as const;
    const model = (change: Partial<Pair>, of: OpenedValues = said): unknown => (terms(sceneOf({ said: of }), { ...pair, ...change }) as unknown[])[0];
    const at = (overflow: number): number => (500_000 - ONE + ONE - overflow) / 4;
    const long = { contract: { ...pair.contract, constraints: { context_length: { max_tokens: 1_000 } } } };
    expect([model({}), model(long), model({ ...long, model: "m" }), model({ model: "m", part: { context_tokens: 2_000 } }), model({ part: { context_tokens: 2_000 } })]).toEqual([at(ONE), at(500_000), at(ONE), at(250_000), at(ONE)]);
    expect([model(long, { "size.input_tokens": 300 }), model(long, { "size.max_output_tokens": 300 }), model({ ...long, part: { competence_micros: 900_000 } })]).toEqual([at(ONE), at(ONE), at(500_000) + 100_000]);
  });

  it("rounds half to even, below zero too", () => {
    const of = (competence_micros: number): unknown => (terms(sceneOf(), { ...pair, part: { competence_micros } }) as unknown[])[0];
    // (c − 1.0 + 1.0 − 1.0)/4
    expect([ONE - 2, ONE - 6, ONE - 1, ONE - 3].map(of)).toEqual([0, -2, 0, -1]);
  });

  it("is the weighted sum of its terms, exact", () => {
    const weights = { intent: 1, attention: 10, rl: 100, resonance: 1_000, model: 10_000, cost: 100_000, risk: 1_000_000, latency: 10_000_000 };
    const admitted = { terms: { intent: 1, attention: 2, rl: 3, resonance: 4, model: 5, cost: 6, risk: 7, latency: 8 }, prefer: 9 } as unknown as Admitted;
    expect(scoreOf(admitted, { ...policy, weights })).toBe(54_321 - 87_600_000 + 9_000_000);
  });
});

describe("the bound of the control signal (certificate §3)", () => {
  const control = { excite_micros: 0, damp_micros: 0, c_micros: 0, m_micros: 1, interval_micros: ONE, e_max_micros: 2 * ONE };
  const of = (energy: number, change: Partial<typeof control> = {}): number => controlBound(energy, { ...policy, control: { ...control, ...change } });

  it("is what brings the energy to its top in one interval, rounded down", () => {
    // √(2·2·10⁶·10¹⁸) = 2·10¹²; less √(2·e·10¹⁸), rounded up; over the interval.
    expect([of(0), of(500_000), of(2 * ONE), of(3 * ONE)]).toEqual([2_000_000, 1_000_000, 0, 0]);
    expect([of(1), of(0, { interval_micros: 3 * ONE }), of(2 * ONE - 1)]).toEqual([1_998_585, 666_666, 0]);
    expect(of(0, { e_max_micros: 1_000_000_000, interval_micros: 1 })).toBe(44_721_359_549_995);
    // √(2·10¹⁸) = 1 414 213 562.37…, √(6·10¹⁸) = 2 449 489 742.78…
    expect([of(1, { interval_micros: 1 }), of(3, { e_max_micros: 3, interval_micros: 1 }), of(2, { e_max_micros: 3, interval_micros: 1 })]).toEqual([1_998_585_786_437, 0, 449_489_742]);
  });
});

describe("helpers of the scene", () => {
  it("computes once, and throws again what was thrown", () => {
    let calls = 0;
    const value = once(() => ++calls);
    expect([value(), value(), calls]).toEqual([1, 1, 1]);
    const failing = once(() => {
      calls++;
      throw new Error("no");
    });
    expect(() => failing()).toThrow("no");
    expect(() => failing()).toThrow("no");
    expect(calls).toBe(2);
  });

  it("finds texts in short and in long lists", () => {
    const long = Array.from({ length: 40 }, (_none, at) => String(at));
    expect([holds(["a"], "a"), holds([], "a"), holds(long, "39"), holds(long, "39"), holds(long, "40"), holds(long.slice(0, 15), "14"), holds(long.slice(0, 16), "16")]).toEqual([true, false, true, true, false, true, false]);
  });

  it("takes the least of what is said", () => {
    expect([least(3, null, 2, undefined), least(null, undefined), least(0, 1)]).toEqual([2, null, 0]);
  });

  it("makes a pair of each model with its own terms", () => {
    const cost = costOf({ base_pico: 1 });
    const [m, n] = pairsOf({ ...plain, guarantees: [latency(1, 1)], cost, models: [{ id: "m", capabilities: [{ type: "y", parameters: {} }], guarantees: [], cost: costOf({}) }, { id: "n" }] }, true, true);
    expect(m).toMatchObject({ service: "a", model: "m", capabilities: [{ type: "y" }], guarantees: [], cost: costOf({}), draining: true, inert: true, leaf: null });
    expect(n).toMatchObject({ model: "n", capabilities: plain.capabilities, guarantees: [latency(1, 1)], cost });
    expect(pairsOf(plain)).toMatchObject([{ model: null, part: {}, draining: false, inert: false }]);
    expect([nameOf({ service: "a", model: null }), nameOf({ service: "a", model: "m" })]).toEqual(["a", "a/m"]);
  });

  it("tells what is unsaid from what is withheld", () => {
    const { request } = sceneOf({ withheld: ["labels"], said: { policies: ["p"] } });
    expect([request.knows("labels"), request.knows("policies"), request.knows("intent.categories"), request.get("name"), request.texts("policies"), request.texts("intent.categories")]).toEqual([false, true, true, null, ["p"], []]);
    expect(() => request.texts("labels")).toThrow("labels is withheld");
  });
});

import { describe, expect, it } from "vitest";

import { pairsOf, type Pair } from "../src/calculus/scene.ts";
import type { Check } from "../src/index.ts";
import { Checks } from "../src/report/report.ts";
import { checkVerdicts } from "../src/report/verdicts.ts";
import type { Admitted, Verdict } from "../src/shape/certificate-shape.ts";
import type { Cost, Policy } from "../src/shape/wire-shapes.ts";
import { failing, house, leafOf, pairOf, plain, rule, sceneOf, type SceneTerms } from "./support/decision-scene.ts";

const ONE = 1_000_000;
const none = { residual: 0, flag: null };
/** What calculus §5 and §6 give for a pair whose contract says nothing, under a policy that wants nothing. */
const admitted: Admitted = {
  service: "a", model: null, step: 0, prefer: 0, score: -971_500,
  residuals: { safety: { forbidden: 0, harmful: 0, unsafe: 0 }, policy: { onDevice: 0, privacy: 0, compliance: 0 }, traits: { conservative: -400_000, confidential: -100_000, risk: -28_500 }, budget: none, latency: none },
  terms: { intent: 0, attention: 0, rl: 0, resonance: 0, model: -375_000, cost: ONE, risk: 971_500, latency: ONE },
};
const weights: Policy["weights"] = { ...house.weights, risk: 1 };
const base = { weights };

function checksOf(verdicts: readonly Verdict[], pairs: readonly Pair[] = [pairOf()], terms: SceneTerms = {}): readonly Check[] {
  const checks = new Checks();
  checkVerdicts(sceneOf({ ...terms, base: { ...base, ...terms.base }, certificate: { ...terms.certificate, verdicts } }), pairs, checks);
  return checks.report().checks;
}

/** Whether a verdict that rejects the pair stands: it does, it is refused, or it cannot be told. */
function standing(step: number, clause: string, pair: Pair, terms: SceneTerms = {}): string {
  const [check] = checksOf([{ service: "a", model: null, step, clause } as Verdict], [pair], terms);
  return check?.verdict === "fail" ? "refused" : (check?.standing ?? "");
}

describe("an admitted pair (calculus §1, §5, §6)", () => {
  const lies = (change: Partial<Admitted>, pair = pairOf(), terms: SceneTerms = {}): readonly string[] => failing(checksOf([{ ...admitted, ...change }], [pair], terms));

  it("stands with its numbers, each of them checked", () => {
    expect(checksOf([admitted]).map(({ name, verdict, standing: how }) => [name, verdict, how])).toEqual([
      ["verdict.a", "pass", "proved"], ["residuals.a", "pass", "proved"], ["terms.a", "pass", "proved"], ["features.a", "pass", "attested"], ["prefer.a", "pass", "proved"], ["score.a", "pass", "proved"],
    ]);
    for (const [limit, parts] of Object.entries(admitted.residuals)) for (const [part, value] of Object.entries(parts)) expect(lies({ residuals: { ...admitted.residuals, [limit]: { ...parts, [part]: Number(value) - 1 } } }), `${limit} ${part}`).toEqual(["residuals.a"]);
    for (const term of ["model", "cost", "latency"] as const) expect(lies({ terms: { ...admitted.terms, [term]: admitted.terms[term] - 1 } }), term).toEqual(["terms.a"]);
    expect(lies({ terms: { ...admitted.terms, risk: 971_499 } })).toEqual(["terms.a", "score.a"]);
    expect([lies({ score: 1 }), lies({ prefer: 1 }), lies({ prefer: 1, score: 28_500 })]).toEqual([["score.a"], ["prefer.a", "score.a"], ["prefer.a"]]);
  });

  it("is refused above a limit, whatever its numbers say", () => {
    const residuals = { ...admitted.residuals, budget: { residual: 1, flag: null } };
    expect(checksOf([{ ...admitted, residuals }]).find(({ name }) => name === "residuals.a")?.detail).toBe("budget is not met although the pair is admitted");
    const said = { "limits.budget_micros": 5 } as const;
    expect(lies({ residuals: { ...admitted.residuals, budget: { residual: -1, flag: null } } }, pairOf(), { said })).toContain("verdict.a");
  });

  it("is given the sum of what its rules prefer", () => {
    const rules = [rule("r", { kind: "prefer", condition: "service.id == 'a'", amount_micros: 2 }), rule("s", { kind: "prefer", condition: "service.id == 'b'", amount_micros: 4 }), rule("t", { kind: "prefer", condition: "true", amount_micros: -1 })];
    expect([lies({ prefer: 1, score: 28_500 }, pairOf(), { rules }), lies({}, pairOf(), { rules })]).toEqual([[], ["prefer.a"]]);
  });

  it("is refused by any clause that it fails, of every step", () => {
    const sealed = { kind: "require", condition: "service.privacy.encryption" } as const;
    const failingPairs: readonly (readonly [Pair, SceneTerms])[] = [
      [{ ...pairOf(), draining: true }, {}], [pairOf(), { rules: [rule("r", sealed)] }], [pairOf({ access: { ...plain.access, required_trust_level: 1 } }), {}], [pairOf(), { said: { "intent.categories": ["weapons"] }, base: { safety: { forbidden: ["weapons"], needs_filtering: [] } } }],
    ];
    for (const [pair, terms] of failingPairs) expect(lies({}, pair, terms)[0]).toBe("verdict.a");
  });
});

describe("a rejected pair (calculus §1)", () => {
  const draining = { ...pairOf(), draining: true };
  const wary = { ...draining, ...pairOf({ access: { ...plain.access, required_trust_level: 1 } }), draining: false };
  const lone = rule("r", { kind: "require", condition: "false" });

  it("names the first clause that fails, and its step", () => {
    expect(["excluded", "health", "capabilities", "nothing", ""].map((clause) => standing(1, clause, draining))).toEqual(["refused", "proved", "refused", "refused", "refused"]);
    expect([standing(2, "health", draining), standing(3, "trust", draining), standing(3, "trust", wary), standing(3, "access", wary), standing(4, "trust", wary)]).toEqual(["refused", "refused", "proved", "refused", "refused"]);
    expect([standing(2, "rule:r", pairOf(), { rules: [lone] }), standing(2, "rule:s", pairOf(), { rules: [lone] }), standing(2, "r", pairOf(), { rules: [lone] }), standing(3, "trust", wary, { rules: [lone] })]).toEqual(["proved", "refused", "refused", "refused"]);
    const second = rule("s", { kind: "deny", condition: "true" }, { priority: 1 });
    expect([standing(2, "rule:s", pairOf(), { rules: [lone, second] }), standing(2, "rule:r", pairOf(), { rules: [lone, second] })]).toEqual(["proved", "refused"]);
  });

  it("by limits in their order", () => {
    const terms: SceneTerms = { said: { "intent.categories": ["weapons"], "requirements.privacy": { on_device: true, compliance: [] }, traits: { conservative_micros: ONE, confidential_micros: 0, risk_micros: ONE }, "limits.budget_micros": 5, "limits.latency_us": 5 } };
    const forbidding = { ...terms, base: { safety: { forbidden: ["weapons"], needs_filtering: [] } } };
    const clauses = ["safety", "policy", "traits", "budget", "latency"];
    expect(clauses.map((clause) => standing(4, clause, pairOf(), forbidding))).toEqual(["proved", "refused", "refused", "refused", "refused"]);
    expect(clauses.map((clause) => standing(4, clause, pairOf(), terms))).toEqual(["refused", "proved", "refused", "refused", "refused"]);
    const asked = (path: "traits" | "limits.budget_micros" | "limits.latency_us"): SceneTerms => ({ said: { [path]: terms.said?.[path] } });
    expect([standing(4, "traits", pairOf(), asked("traits")), standing(4, "budget", pairOf(), asked("limits.budget_micros")), standing(4, "latency", pairOf(), asked("limits.latency_us"))]).toEqual(["proved", "proved", "proved"]);
  });

  it("has no numbers to check", () => {
    expect(checksOf([{ service: "a", model: null, step: 1, clause: "health" }], [draining]).map(({ name }) => name)).toEqual(["verdict.a"]);
  });

  it("is not told where the clause, or one before it, reads what is withheld; a lie about another is", () => {
    const hidden: SceneTerms = { withheld: ["principal.trust"] };
    expect([standing(3, "trust", wary, hidden), standing(1, "health", draining, hidden), standing(1, "health", pairOf(), hidden), standing(3, "authentication", wary, hidden)]).toEqual(["withheld", "proved", "refused", "refused"]);
    expect([standing(4, "safety", pairOf(), hidden), standing(4, "safety", pairOf(), { ...hidden, said: { labels: ["x"] }, base: { safety: { forbidden: ["x"], needs_filtering: [] } } })]).toEqual(["refused", "withheld"]);
    expect(checksOf([admitted], [pairOf()], hidden)[0]).toMatchObject({ verdict: "pass", standing: "withheld", detail: "principal.trust is withheld" });
    expect(standing(4, "nothing", pairOf(), hidden)).toBe("refused");
  });

  it("by a rule is not told where the policies are withheld, whichever rule it is", () => {
    const hidden: SceneTerms = { withheld: ["policies"] };
    expect([standing(2, "rule:r", pairOf(), hidden), standing(1, "health", draining, hidden), standing(1, "health", pairOf(), hidden), standing(3, "trust", wary, hidden), standing(3, "trust", pairOf(), hidden)]).toEqual(["withheld", "proved", "refused", "withheld", "refused"]);
  });

  it("is an error of the checks where a rule is outside the profile", () => {
    const outside = { rules: [rule("r", { kind: "require", condition: "matches()" })] };
    expect([standing(2, "rule:r", pairOf(), outside), standing(1, "health", draining, outside)]).toEqual(["refused", "refused"]);
  });
});

describe("several pairs", () => {
  const costs = (base_pico: number): Cost => ({ model: "per_request", currency: "USD", base_pico, input_token_pico: 0, output_token_pico: 0, second_pico: 0 });
  const [m, n] = pairsOf({ ...plain, models: [{ id: "m" }, { id: "n" }] });
  if (m === undefined || n === undefined) throw new Error("There are two pairs.");
  const of = (pair: Pair, change: Partial<Admitted["terms"]> = {}): Admitted => ({ ...admitted, service: pair.service, model: pair.model, terms: { ...admitted.terms, ...change } });

  it("are measured against the dearest and the slowest that is admitted, and no other", () => {
    const five = { ...m, cost: costs(5_000_000) };
    const ten = { ...n, cost: costs(10_000_000), draining: true };
    const rejected = { service: "a", model: "n", step: 1, clause: "health" } as Verdict;
    expect(failing(checksOf([of(five), rejected], [five, ten]))).toEqual([]);
    const both = { ...ten, draining: false };
    expect(failing(checksOf([of(five, { cost: ONE / 2, model: -250_000 }), of(both)], [five, both]))).toEqual([]);
    expect(failing(checksOf([of(five), of(both)], [five, both]))).toEqual(["terms.a/m"]);
  });

  it("are each under their own name, and one without a verdict has no checks", () => {
    expect(checksOf([of(m)], [m, n]).map(({ name }) => name).filter((name) => name.startsWith("verdict"))).toEqual(["verdict.a/m"]);
    const priced = { ...m, cost: costs(5_000_000) };
    expect(failing(checksOf([of(priced)], [priced, n]))).toEqual([]);
    expect(failing(checksOf([of(m), { ...of(n), score: 1 }], [m, n]))).toEqual(["score.a/n"]);
  });

  it("of one service have one intent and one attention; of two they need not", () => {
    const said = { context: [{ role: "user", text: "x" }] };
    expect(failing(checksOf([of(m, { intent: 5, attention: 6 }), of(n, { intent: 5, attention: 6 })], [m, n], { said }))).toEqual([]);
    expect([failing(checksOf([of(m, { intent: 5 }), of(n, { intent: 6 })], [m, n], { said })), failing(checksOf([of(m, { attention: 5 }), of(n, { attention: 6 })], [m, n], { said }))]).toEqual([["features.a/n"], ["features.a/n"]]);
    const other = pairOf({ service_id: "b" });
    expect(failing(checksOf([of(m, { intent: 5, attention: 6 }), of(other)], [m, other], { said }))).toEqual([]);
    expect(failing(checksOf([of(m, { intent: 5 }), { service: "a", model: "n", step: 1, clause: "health" }, of(other, { intent: 7 })], [m, { ...n, draining: true }, other], { said }))).toEqual([]);
  });
});

describe("the features of a pair (calculus §6)", () => {
  const features = (change: Partial<Admitted["terms"]>, pair = pairOf(), terms: SceneTerms = {}): readonly string[] => failing(checksOf([{ ...admitted, terms: { ...admitted.terms, ...change } }], [pair], terms));
  const context = { context: [{ role: "user", text: "x" }] };

  it("are 0 where there is nothing to compute them from", () => {
    for (const [name, known] of [["rl", { learned: "0".repeat(64) }], ["resonance", { memory: "00" }]] as const) {
      expect([features({ [name]: 1 }), features({ [name]: 1 }, pairOf({}, leafOf({}))), features({ [name]: 1 }, pairOf({}, leafOf(known)))]).toEqual([["features.a"], ["features.a"], []]);
    }
    for (const name of ["rl", "resonance"]) expect(checksOf([{ ...admitted, terms: { ...admitted.terms, [name]: 1 } }]).find((check) => check.name === "features.a")).toMatchObject({ verdict: "fail", standing: "attested" });
    const inert = { ...pairOf(), inert: true };
    expect([features({ intent: 1 }), features({ intent: 1 }, inert), features({ attention: 1 }, inert, { said: context }), features({}, inert)]).toEqual([[], ["features.a"], ["features.a"], []]);
    expect([features({ attention: 1 }), features({ attention: 1 }, pairOf(), { said: { context: [] } }), features({ attention: 1 }, pairOf(), { said: context }), features({ attention: 1 }, pairOf(), { withheld: ["context"] })]).toEqual([["features.a"], ["features.a"], [], []]);
  });
});

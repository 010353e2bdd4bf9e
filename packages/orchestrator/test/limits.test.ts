import type { Traits } from "@caio/contracts";
import { MICRO } from "@caio/core";
import { parsePolicySet, type PolicySet } from "@caio/rules";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { worstCaseCost } from "../src/index.ts";
import { effectiveLimits, limitsForRules } from "../src/effective-limits.ts";
import { decide } from "./support/decide.ts";
import { contract, principal, request } from "./support/house.ts";

const plain = parsePolicySet("caio_policy: 1\nid: house\n", { file: "house.yaml" });
const policy = (limits: PolicySet["limits"], rates: PolicySet["rates"] = {}): PolicySet => ({ ...plain, limits, rates });
const capabilities = [{ type: "language.identify" }];

describe("effective limits (calculus §0)", () => {
  it("are the smaller of the policy's and the request's, whichever says one, and the larger coverage", () => {
    const both = { budgetMicros: 5, latencyUs: 70, latencyCoveragePpm: 990_000, deadlineUs: 900 };
    const other = { budgetMicros: 6, latencyUs: 60, latencyCoveragePpm: 980_000, deadlineUs: 1_000 };
    const tighter = { budget: 5, budgetWithoutRate: false, latencyUs: 60, coveragePpm: 990_000, deadlineUs: 900 };
    expect(effectiveLimits(both, policy(other))).toEqual(tighter);
    expect(effectiveLimits(other, policy(both))).toEqual(tighter);
    expect(effectiveLimits({}, policy(both))).toEqual({ ...tighter, latencyUs: 70 });
    expect(effectiveLimits(both, policy({}))).toEqual({ ...tighter, latencyUs: 70 });
    expect(effectiveLimits({}, policy({}))).toEqual({ budget: null, budgetWithoutRate: false, latencyUs: null, coveragePpm: 950_000, deadlineUs: null });
  });

  it("convert the request's budget to the policy's currency, rounded down and at most 2^53 - 1", () => {
    const rates = { EUR: 1_500_000_000_000, XTS: 2_000_000_000_000 };
    expect(effectiveLimits({ budgetMicros: 5, currency: "EUR" }, policy({}, rates)).budget).toBe(7);
    expect(effectiveLimits({ budgetMicros: 5, currency: "EUR" }, policy({ budgetMicros: 9 }, rates))).toMatchObject({ budget: 7, budgetWithoutRate: false });
    expect(effectiveLimits({ budgetMicros: Number.MAX_SAFE_INTEGER, currency: "XTS" }, policy({}, rates)).budget).toBe(Number.MAX_SAFE_INTEGER);
    expect(effectiveLimits({ budgetMicros: 3, currency: plain.currency }, policy({}, { [plain.currency]: 1 })).budget).toBe(3);
  });

  it("leave out a budget in a currency without a rate, also one that every object has", () => {
    for (const currency of ["XTS", "toString"]) {
      expect(effectiveLimits({ budgetMicros: 3, currency }, policy({ budgetMicros: 9 }))).toMatchObject({ budget: 9, budgetWithoutRate: true });
      expect(effectiveLimits({ budgetMicros: 3, currency }, policy({}))).toMatchObject({ budget: null, budgetWithoutRate: true });
    }
    expect(effectiveLimits({ currency: "XTS" }, policy({}))).toMatchObject({ budget: null, budgetWithoutRate: false });
  });

  it("are seen by rules without what does not bind", () => {
    const limits = { budget: 1, budgetWithoutRate: false, latencyUs: 2, coveragePpm: 950_000, deadlineUs: 3 };
    expect(limitsForRules(limits)).toEqual({ budgetMicros: 1, latencyUs: 2, latencyCoveragePpm: 950_000, deadlineUs: 3 });
    expect(limitsForRules({ ...limits, budget: null, latencyUs: null, deadlineUs: null })).toStrictEqual({ latencyCoveragePpm: 950_000 });
    expect(limitsForRules({ ...limits, budget: 0, latencyUs: 0, deadlineUs: 0 })).toEqual({ budgetMicros: 0, latencyUs: 0, latencyCoveragePpm: 950_000, deadlineUs: 0 });
  });
});

test("the worst-case cost is ⌈(base + in·r_in + out·r_out)/10⁶⌉ + ⌈r_s·deadline/10¹²⌉, converted and rounded up, for any numbers", () => {
  const amount = fc.oneof(fc.nat(5_000_000), fc.integer({ min: 0, max: 2 ** 40 }));
  const up = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
  const rate = fc.constantFrom(1n, 999_999_999_999n, 1_000_000_000_000n, 1_080_000_000_000n);
  fc.assert(
    fc.property(fc.constantFrom("per_token", "per_second", "per_request"), fc.tuple(amount, amount, amount, amount, amount, amount, amount), rate, (model, [base, input, output, second, tokensIn, tokensOut, deadlineUs], exchange) => {
      const cost = { model, currency: "XTS", basePico: base, inputTokenPico: input, outputTokenPico: output, secondPico: second } as const;
      const found = worstCaseCost(cost, { inputTokens: tokensIn, outputTokens: tokensOut, deadlineUs }, policy({}, { XTS: Number(exchange) }));
      const tokens = up(BigInt(base) + BigInt(input) * BigInt(tokensIn) + BigInt(output) * BigInt(tokensOut), 1_000_000n);
      const time = model === "per_second" ? up(BigInt(second) * BigInt(deadlineUs), 10n ** 12n) : 0n;
      const total = up((tokens + time) * exchange, 10n ** 12n);
      expect(found).toEqual({ kind: "amount", micros: total > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(total) });
    }),
  );
});

describe("worst-case cost (calculus §5)", () => {
  const cost = { model: "per_token", currency: "USD", basePico: 0, inputTokenPico: 1_000_000, outputTokenPico: 2_000_000, secondPico: 3_000_000 } as const;
  const usage = { inputTokens: 5, outputTokens: 8, deadlineUs: null };

  it("multiplies tokens by their rates, in the policy's own currency without a conversion", () => {
    expect(worstCaseCost(cost, usage, plain)).toEqual({ kind: "amount", micros: 21 });
    expect(worstCaseCost({ ...cost, basePico: 1 }, usage, plain)).toEqual({ kind: "amount", micros: 22 });
  });

  it("wants a factor only where its rate is not 0, and the deadline only per second", () => {
    expect(worstCaseCost({ ...cost, inputTokenPico: 0 }, { ...usage, inputTokens: undefined }, plain)).toEqual({ kind: "amount", micros: 16 });
    expect(worstCaseCost({ ...cost, outputTokenPico: 0 }, { ...usage, outputTokens: undefined }, plain)).toEqual({ kind: "amount", micros: 5 });
    expect(worstCaseCost(cost, { ...usage, outputTokens: undefined }, plain)).toEqual({ kind: "silent" });
    expect(worstCaseCost({ ...cost, model: "per_second" }, usage, plain)).toEqual({ kind: "silent" });
    expect(worstCaseCost({ ...cost, model: "per_second" }, { ...usage, deadlineUs: 1_000_000 }, plain)).toEqual({ kind: "amount", micros: 24 });
  });

  it("is silent without a cost, 0 where it is free, whatever the currency", () => {
    expect(worstCaseCost(undefined, usage, plain)).toEqual({ kind: "silent" });
    expect(worstCaseCost({ ...cost, model: "free", currency: "XTS" }, usage, plain)).toEqual({ kind: "amount", micros: 0 });
    expect(worstCaseCost({ ...cost, currency: "XTS" }, { ...usage, outputTokens: undefined }, plain)).toEqual({ kind: "currency" });
  });
});

/** The residuals of the one pair if it is admitted, else the clause at which it fell with its evidence. */
function judged(service: Readonly<Record<string, unknown>>, asked: Readonly<Record<string, unknown>>, policyText = "", who = principal): unknown {
  const [verdict] = decide([contract("a", service)], request(asked), { policy: policyText, who }).verdicts;
  if (verdict === undefined) throw new Error("Nothing was judged.");
  return verdict.step === 0 ? verdict.residuals : { step: verdict.step, clause: verdict.clause, evidence: verdict.evidence };
}

const demands = (privacy: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({ requirements: { capabilities, privacy } });
const fine = { onDevice: 0, privacy: 0, compliance: 0 };

describe("the policy residual (calculus §5)", () => {
  const keeps = (privacy: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({ privacy: { data_retention: "none", ...privacy } });

  it.each([
    ["any encryption, and there is one", { encryption: true }, "any", true],
    ["any encryption, and there is none", {}, "any", false],
    ["any encryption, and a type is said but no encryption", { encryption_type: "in_transit" }, "any", false],
    ["a type, and it is that", { encryption: true, encryption_type: "in_transit" }, "in_transit", true],
    ["a type, and it is end to end", { encryption: true, encryption_type: "end_to_end" }, "in_transit", true],
    ["a type, and it is another", { encryption: true, encryption_type: "at_rest" }, "in_transit", false],
    ["a type, and none is said", { encryption: true }, "in_transit", false],
    ["end to end, and only the way is encrypted", { encryption: true, encryption_type: "in_transit" }, "end_to_end", false],
    ["a type that is said without encryption", { encryption: false, encryption_type: "in_transit" }, "in_transit", false],
    ["encryption of what stays on the device", { data_locality: "on_device" }, "end_to_end", true],
    ["encryption of what stays local", { data_locality: "local" }, "end_to_end", true],
    ["encryption in a private cloud", { data_locality: "private_cloud" }, "end_to_end", false],
  ])("demanded: %s", (_name, privacy, encryption, isMet) => {
    const found = judged(keeps({ data_locality: "external", ...privacy }), demands({ encryption }));
    if (isMet) expect(found).toMatchObject({ policy: fine });
    else expect(found).toEqual({ step: 4, clause: "policy", evidence: { on_device: 0, privacy: MICRO, compliance: 0 } });
  });

  it.each([["on_device", true], ["local", false], ["external", false]])("demanded to stay on the device: %s", (locality, isMet) => {
    const found = judged(keeps({ data_locality: locality }), demands({ on_device: true }));
    if (isMet) expect(found).toMatchObject({ policy: fine });
    else expect(found).toEqual({ step: 4, clause: "policy", evidence: { on_device: MICRO, privacy: 0, compliance: 0 } });
  });

  it("wants every flag of compliance that is demanded", () => {
    const both = keeps({ compliance: ["gdpr", "hipaa"] });
    expect(judged(both, demands({ compliance: ["gdpr", "hipaa"] }))).toMatchObject({ policy: fine });
    expect(judged(both, demands({ compliance: [] }))).toMatchObject({ policy: fine });
    expect(judged(keeps({ compliance: ["gdpr"] }), demands({ compliance: ["gdpr", "hipaa"] }))).toEqual({ step: 4, clause: "policy", evidence: { on_device: 0, privacy: 0, compliance: MICRO } });
  });
});

describe("the safety residual (calculus §5)", () => {
  const listed = "safety: { forbidden: [weapons], needs_filtering: [medical] }\n";
  const about = (...categories: string[]): Readonly<Record<string, unknown>> => ({ intent: { text: "?", categories } });
  const none = { forbidden: 0, harmful: 0, unsafe: 0 };

  it("is of what is forbidden, and of what needs filtering where it is not filtered", () => {
    expect(judged({}, about("travel"), listed)).toMatchObject({ safety: none });
    expect(judged({}, about("medical"), listed)).toMatchObject({ safety: none });
    expect(judged({ alignment: { content_filtering: false } }, about("medical"), listed)).toEqual({ step: 4, clause: "safety", evidence: { ...none, harmful: MICRO } });
    expect(judged({}, about("travel", "weapons"), listed)).toEqual({ step: 4, clause: "safety", evidence: { ...none, forbidden: MICRO } });
    expect(judged({}, { data: { payload: "?", labels: ["weapons"] } }, listed)).toEqual({ step: 4, clause: "safety", evidence: { ...none, forbidden: MICRO } });
  });

  it("is of what is destructive, unless a rule obliges a human's approval", () => {
    const action = { action: { kind: "destructive" } };
    const oblige = (what: string): string => `rules:\n  - { id: r, oblige: [${what}], reason: So. }\n`;
    expect(judged({}, action)).toEqual({ step: 4, clause: "safety", evidence: { ...none, unsafe: MICRO } });
    expect(judged({}, action, oblige("log"))).toEqual({ step: 4, clause: "safety", evidence: { ...none, unsafe: MICRO } });
    expect(judged({}, action, oblige("human_approval"))).toMatchObject({ safety: none });
    expect(judged({}, { action: { kind: "write" } })).toMatchObject({ safety: none });
  });
});

describe("the traits residual (calculus §5)", () => {
  const asked = (traits: Partial<Traits>): unknown => judged({}, {}, "", { ...principal, traits: { conservativeMicros: 0, confidentialMicros: 0, riskMicros: MICRO, ...traits } });

  // Version 1 and high safety: 0.4 + 0.4; local and end to end: 0.9 + 0.3, at most 1.0; v = ⌈10⁶/20⌉, so risk = 1 − 0.95·(0.4 + 0.2 + 0.3).
  it("is how much less settled, less confidential or more risky the pair is than asked", () => {
    expect(judged({}, {})).toMatchObject({ traits: { conservative: -800_000, confidential: -1_000_000, risk: 145_000 - MICRO } });
    expect(asked({ conservativeMicros: 800_000 })).toMatchObject({ traits: { conservative: 0 } });
    expect(asked({ confidentialMicros: 1_000_000 })).toMatchObject({ traits: { confidential: 0 } });
    expect(asked({ riskMicros: 145_000 })).toMatchObject({ traits: { risk: 0 } });
  });

  it("is broken by one micro", () => {
    const rest = { conservative: -800_000, confidential: -1_000_000, risk: 145_000 - MICRO };
    expect(asked({ conservativeMicros: 800_001 })).toEqual({ step: 4, clause: "traits", evidence: { ...rest, conservative: 1 } });
    expect(asked({ riskMicros: 144_999 })).toEqual({ step: 4, clause: "traits", evidence: { ...rest, risk: 1 } });
    expect(judged({ privacy: { data_locality: "private_cloud", data_retention: "none" } }, {}, "", { ...principal, traits: { conservativeMicros: 0, confidentialMicros: 600_001, riskMicros: MICRO } })).toMatchObject({ clause: "traits", evidence: { confidential: 1 } });
  });
});

describe("the residuals of budget and latency (calculus §5)", () => {
  it("are the distance to the limit, and none without one", () => {
    expect(judged({}, {})).toMatchObject({ budget: { residual: 0, flag: null }, latency: { residual: 0, flag: null } });
    expect(judged({}, { limits: { budget: "0.0001", currency: "USD", latency_ms: 200 } })).toMatchObject({ budget: { residual: 0, flag: null }, latency: { residual: 0, flag: null } });
    expect(judged({}, { limits: { budget: "0.00009", currency: "USD" } })).toEqual({ step: 4, clause: "budget", evidence: { residual: 10, flag: null } });
    expect(judged({}, { limits: { latency_ms: 199 } })).toEqual({ step: 4, clause: "latency", evidence: { residual: 1_000, flag: null } });
  });

  it("are 1.0 where there is a limit and nothing is promised, and say so", () => {
    const silent = { guarantees: { classification_accuracy: "0.9" }, cost: undefined };
    expect(judged(silent, {})).toMatchObject({ budget: { residual: 0, flag: null }, latency: { residual: 0, flag: null } });
    expect(judged(silent, { limits: { budget: "1", currency: "USD" } })).toEqual({ step: 4, clause: "budget", evidence: { residual: MICRO, flag: "silent" } });
    expect(judged(silent, { limits: { latency_ms: 1 } })).toEqual({ step: 4, clause: "latency", evidence: { residual: MICRO, flag: "silent" } });
  });
});

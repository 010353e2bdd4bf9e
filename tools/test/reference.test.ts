import { createHash, createHmac } from "node:crypto";

import type { HistoryLeaf } from "@caio/contracts";
import type { Rule, RuleEffect } from "@caio/rules";
import { describe, expect, it } from "vitest";

import { confidentiality, maturity, riskOf, worstCaseCost } from "../reference/limits.ts";
import { referenceDecision } from "../reference/master-equation.ts";
import { pairsOf, refinesType, type Pair } from "../reference/matching.ts";
import { canonical, ceilDivide, effectivePolicy, floorDivide, halfEvenDivide, wire } from "../reference/objects.ts";
import type { Admission, ReferenceDecision, World } from "../reference/world.ts";
import { keepRules, withBase, withDocument, withRequest, withRequirements } from "../worlds/random/change.ts";
import { plainCost, plainPolicy, plainService, plainWorld, TONE } from "./plain-world.ts";

function firstPair(world: World): Pair {
  const [service] = world.services;
  const pair = service === undefined ? undefined : pairsOf(service, world)[0];
  if (pair === undefined) throw new Error("The world has no pair.");
  return pair;
}

function admissions(decision: ReferenceDecision): Admission[] {
  return decision.verdicts.filter((verdict) => verdict.step === 0);
}

function clausesOf(world: World): string[] {
  return referenceDecision(world).verdicts.map((verdict) => (verdict.step === 0 ? "admitted" : `${String(verdict.step)} ${verdict.clause}`));
}

function leaf(change: Partial<HistoryLeaf>): HistoryLeaf {
  return { service: "a", model: null, health: "healthy", promises: [], outcomes: 0, violations: 0, ...change };
}

function rule(id: string, effect: RuleEffect, change: Partial<Rule> = {}): Rule {
  return { id, priority: 0, effect, reason: "Test.", ...change };
}

describe("§0 numbers", () => {
  it("rounds as named, below zero too", () => {
    expect([floorDivide(-7n, 2n), ceilDivide(-7n, 2n), halfEvenDivide(-7n, 2n)]).toEqual([-4n, -3n, -4n]);
    expect([halfEvenDivide(5n, 2n), halfEvenDivide(7n, 2n), halfEvenDivide(-1n, 4n)]).toEqual([2n, 4n, 0n]);
  });

  it("writes canonical JSON of the wire form", () => {
    expect(canonical(wire({ maxUs: 3, anyOf: [{ parameters: { "camelCase": { minMicros: 1 } } }], gone: undefined }))).toBe(
      '{"any_of":[{"parameters":{"camelCase":{"min_micros":1}}}],"max_us":3}',
    );
  });

  it("derives the seed and the id from the key, and commits path by path", () => {
    const decision = referenceDecision(plainWorld([plainService("a")]));
    const hmac = (label: string, x: string): Buffer => createHmac("sha256", Buffer.alloc(32)).update(`caio/v1/${label}\0${x}`).digest();
    expect(decision.seed).toBe(hmac("seed", "").toString("hex"));
    expect(decision.decisionId).toBe(hmac("id", "").toString("hex"));
    const said: Record<string, string> = {
      ...{ "intent.categories": "[]", "action.kind": '"read"', "data.labels": "[]", "requirements.capabilities": "[]" },
      ...{ "requirements.guarantees": "[]", context: "[]", policies: "[]", fallback: "false", labels: "[]" },
      "requirements.constraints": '{"models":[],"regions":[],"route":"any","services":[]}',
      "requirements.privacy": '{"compliance":[],"on_device":false}',
      ...{ "principal.subject": '"alice"', "principal.issuer": '"house"', "principal.tenant": '"acme"' },
      ...{ "principal.permissions": "[]", "principal.trust": "5" },
    };
    const unsaid = ["name", "intent.text", "data.media_type", "data.payload", "plan", "principal.region", "traits"];
    unsaid.push(...["input_tokens", "max_output_tokens", "bytes"].map((key) => `size.${key}`));
    unsaid.push(...["budget_micros", "currency", "latency_us", "latency_coverage_ppm", "deadline_us"].map((key) => `limits.${key}`));
    const commitment = (path: string): string | null => {
      const text = said[path];
      return text === undefined ? null : createHash("sha256").update(Buffer.from([4])).update(hmac("salt", path)).update(text).digest("hex");
    };
    const paths = [...Object.keys(said), ...unsaid].sort();
    const commitments = JSON.stringify(Object.fromEntries(paths.map((path) => [path, commitment(path)])));
    expect(decision.requestDigest).toBe(createHash("sha256").update(commitments).digest("hex"));
  });

  it("takes the tighter limits, and rounds a budget down", () => {
    const asked = withDocument(plainWorld([]), { limits: { budgetMicros: 999, currency: "EUR", latencyCoveragePpm: 900_000 } });
    const world = withBase(asked, { limits: { budgetMicros: 2_000, latencyCoveragePpm: 990_000 } });
    const { limits } = effectivePolicy(world.policy, world.request);
    expect(limits).toEqual({ budget: 1_078, withoutRate: false, coveragePpm: 990_000 });
  });
});

describe("§1 domain and refusals", () => {
  it("lists the pairs of the group with fewest keys, in order", () => {
    const ocr = [{ type: "vision.ocr", parameters: {} }, { type: "inference.chat", parameters: {} }];
    const services = [plainService("b", { capabilities: ocr, models: [{ id: "z" }, { id: "A" }] }), plainService("a"), plainService("c", { capabilities: ocr })];
    const world = withRequirements(plainWorld(services), {
      capabilities: [{ anyOf: [{ type: "inference", parameters: {} }] }, { anyOf: [{ type: "vision", parameters: {} }] }],
    });
    expect(referenceDecision(world).verdicts.map(({ service, model }) => [service, model])).toEqual([["b", "A"], ["b", "z"], ["c", null]]);
  });

  it("leaves out the services of other tenants", () => {
    const access = { ...plainService("a").contract.access, tenants: ["other"] };
    const decision = referenceDecision(plainWorld([plainService("a", { access })]));
    expect(decision).toMatchObject({ kind: "refused", code: "NoMatchingService", verdicts: [] });
  });

  it("refuses with the code of the deepest step and there of the earliest clause", () => {
    const metadata = { tags: [], route: "internal" as const };
    const silent = plainService("a", { metadata });
    const dear = plainService("b", { metadata, cost: plainCost({ basePico: 1_000_000_000_001 }) });
    const limited = withDocument(plainWorld([silent, dear, plainService("c")]), { limits: { budgetMicros: 1_000_000 } });
    const world = withBase(limited, { rules: [rule("internal", { kind: "require", condition: 'service.metadata.route == "internal"' })] });
    expect(clausesOf(world)).toEqual(["4 budget", "4 budget", "2 rule:internal"]);
    expect(referenceDecision(world)).toMatchObject({ kind: "refused", code: "BudgetExceeded" });
  });
});

describe("§2 matching", () => {
  it("refines a type only at a dot", () => {
    expect([refinesType("inference.chat", "inference"), refinesType("inference.chatty", "inference.chat"), refinesType("a", "a.b")]).toEqual([true, false, false]);
  });

  it.each([
    ["the same coverage and bound", { property: "latency", coveragePpm: 950_000, bound: { maxUs: 100 } }, "admitted"],
    ["a tighter bound", { property: "latency", coveragePpm: 950_000, bound: { maxUs: 99 } }, "1 guarantees"],
    ["a larger coverage", { property: "latency", coveragePpm: 950_001, bound: { maxUs: 100 } }, "1 guarantees"],
    ["an end that is not promised", { property: "latency", coveragePpm: 1, bound: { minUs: 0 } }, "1 guarantees"],
  ])("holds a guarantee against %s", (_name, asked, verdict) => {
    const offered = [{ property: "latency", coveragePpm: 950_000, bound: { maxUs: 100 } }];
    const world = withRequirements(plainWorld([plainService("a", { guarantees: offered })]), { guarantees: [asked] });
    expect(clausesOf(world)).toEqual([verdict]);
  });

  it("wants a measured promise to meet the demand as well", () => {
    const offered = { property: "latency", coveragePpm: 950_000, bound: { maxUs: 100 } };
    const asked = withRequirements(plainWorld([plainService("a", { guarantees: [offered] })]), { guarantees: [offered] });
    const measured = leaf({ health: "degraded", promises: [{ ...offered, bound: { maxUs: 101 } }] });
    expect(clausesOf({ ...asked, history: { version: 1, leaves: [measured] } })).toEqual(["1 guarantees"]);
  });
});

describe("§3 rules", () => {
  const world = plainWorld([plainService("a"), plainService("b", { name: "named" })]);

  it("rejects where a condition reads what is unsaid, unless it is absorbed", () => {
    const effect = (condition: string): RuleEffect => ({ kind: "deny", condition });
    expect(clausesOf(withBase(world, { rules: [rule("r", effect('service.name == "x"'))] }))).toEqual(["2 rule:r", "admitted"]);
    expect(clausesOf(withBase(world, { rules: [rule("r", effect('false && service.name == "x"'))] }))).toEqual(["admitted", "admitted"]);
  });

  it("rejects everything where `when` errors, at the place of the rule", () => {
    const broken = rule("broken", { kind: "oblige", obligations: ["log"] }, { when: "request.size.bytes > 0" });
    const late = rule("a-late", { kind: "require", condition: "false" }, { priority: -1 });
    expect(clausesOf(withBase(world, { rules: [broken, late] }))).toEqual(["2 rule:broken", "2 rule:broken"]);
  });

  it("adds of a named policy what tightens, and leaves out what it prefers", () => {
    const rules = [rule("like", { kind: "prefer", condition: "true", amountMicros: 9 }), rule("log", { kind: "oblige", obligations: ["log"] })];
    const named = { audit: { ...plainPolicy, id: "audit", rules } };
    const decision = referenceDecision(withDocument({ ...world, policy: { ...world.policy, named } }, { policies: ["audit"] }));
    expect(decision).toMatchObject({ kind: "chosen", obligations: ["log"] });
    expect(admissions(decision).map(({ terms }) => terms.prefer)).toEqual([0, 0]);
    expect(keepRules(world, () => false).policy.base.rules).toEqual([]);
  });
});

describe("§4 security", () => {
  const now = 1_764_000_000_000;
  it.each([
    ["a token that ends in this millisecond", { method: "jwt", alg: "ES256", exp: now / 1000 }, "3 authentication"],
    ["a token that ends in the next second", { method: "jwt", alg: "ES256", exp: now / 1000 + 1, nbf: now / 1000 }, "admitted"],
    ["a token without an end", { method: "jwt", alg: "ES256" }, "3 authentication"],
    ["a token under a shared key", { method: "jwt", alg: "HS256", exp: now }, "3 authentication"],
    ["an API key", { method: "api_key", keyId: "k" }, "admitted"],
  ] as const)("judges %s", (_name, evidence, verdict) => {
    const world = plainWorld([plainService("a")]);
    expect(clausesOf(withRequest(world, { principal: { ...world.request.principal, evidence } }))).toEqual([verdict]);
  });

  it("counts a type of encryption only where encryption is said", () => {
    const secret = { encryptionType: "end_to_end" as const, compliance: [] };
    const services = [plainService("a", { privacy: secret }), plainService("b", { privacy: { ...secret, encryption: true } })];
    const sensitive = withBase(plainWorld(services), { privacy: { mode: "strict", sensitive: ["health"], allowedLabels: {} } });
    expect(clausesOf(withDocument(sensitive, { data: { labels: ["health"] } }))).toEqual(["3 privacy", "admitted"]);
  });
});

describe("§5 limits, by hand", () => {
  it("computes maturity, confidentiality and risk", () => {
    const service = plainService("a", {
      privacy: { dataLocality: "private_cloud", encryption: true, encryptionType: "end_to_end", dataRetention: "days:30", compliance: [] },
      alignment: { safetyLevel: "medium", contentFiltering: true },
    });
    const world: World = { ...plainWorld([service]), history: { version: 1, leaves: [leaf({ outcomes: 500, violations: 2 })] } };
    const pair = firstPair(world);
    // 0.4 + 0.4·½ + 0.2·½
    expect(maturity(pair)).toBe(700_000);
    // 0.6 + 0.3 − 0.1
    expect(confidentiality(pair)).toBe(800_000);
    // v = ⌈10⁶·3/520⌉ = 5 770; 1 − (1 − v)·(0.2 + 0.2 + 0.24) = 1 − 0.6363072
    expect(riskOf(pair)).toBe(363_693);
  });

  it("rounds each part of a cost up, and the conversion once more", () => {
    const cost = plainCost({ model: "per_second", currency: "EUR", basePico: 1, inputTokenPico: 2, secondPico: 1_000_001 });
    const world = withDocument(plainWorld([plainService("a", { cost })]), { size: { inputTokens: 3 }, limits: { deadlineUs: 1_000_000 } });
    // ⌈(1 + 6)/10⁶⌉ + ⌈1.000001⌉ = 3 micros of EUR; ⌈3.24⌉
    expect(worstCaseCost(firstPair(world), world.request, effectivePolicy(world.policy, world.request))).toBe(4);
    const unsaid = withDocument(world, { size: {} });
    expect(worstCaseCost(firstPair(unsaid), unsaid.request, effectivePolicy(unsaid.policy, unsaid.request))).toBe("silent");
  });

  it("flags a budget in a currency without a rate for every pair", () => {
    const world = withDocument(plainWorld([plainService("a")]), { limits: { budgetMicros: 1, currency: "XTS" } });
    expect(referenceDecision(world).verdicts[0]).toMatchObject({ clause: "budget", residuals: { budget: 1_000_000, budgetFlag: "currency" } });
  });
});

describe("§6 score", () => {
  it("scores a pair, by hand", () => {
    const [only] = admissions(referenceDecision(plainWorld([plainService("a")])));
    // Encoding and intent are the same tone; cost and latency are silent; risk = 1 − 0.95·0.3·0.1.
    expect(only?.terms).toEqual({
      ...{ intent: 1_000_000, attention: 0, rl: 0, resonance: 0, model: -375_000, cost: 1_000_000, risk: 971_500 },
      ...{ latency: 1_000_000, prefer: 0 },
    });
    expect(only?.score).toBe(300_000e6 - 100_000e6 - 50_000 * 971_500 - 50_000e6);
  });

  it("knows attention, resonance and what was learned", () => {
    const learned = { theta: [0.25, ...Array<number>(15).fill(0)], inverse: Array<number>(256).fill(0).map((_zero, at) => (at % 17 === 0 ? 0.04 : 0)) };
    const memory = TONE.map((sample) => -sample / 1_000_000);
    const world: World = { ...plainWorld([plainService("a")]), history: { version: 1, leaves: [leaf({ learned, memory })] } };
    const fields = { ...world.request.fields, context: [TONE, TONE.map((sample) => sample / 2)] };
    const [only] = admissions(referenceDecision(withRequest(world, { fields })));
    // The tone is in the bins 16 and 48, whose shares are ½: x·x = 1 + ¼ + ¼, so RL = 0.25 + 0.5·√0.06.
    expect(only?.terms).toMatchObject({ attention: 1_000_000, resonance: -1_000_000, rl: Math.round(1e6 * (0.25 + 0.5 * Math.sqrt(0.06))) });
  });

  it("settles ties by digest, and draws with the logged propensity", () => {
    const world = plainWorld(["a", "b", "c"].map((id) => plainService(id)));
    const greedy = referenceDecision(world);
    if (greedy.kind !== "chosen") throw new Error("Refused.");
    const ties = ["a", "b", "c"].map((id) => createHash("sha256").update(JSON.stringify(["caio-tie-v1", greedy.seed, greedy.requestDigest, id, null])).digest("hex"));
    expect(greedy.tie).toBe(ties.sort()[0]);
    expect(greedy).toMatchObject({ drawn: false, propensity: { numerator: "3000000", denominator: "3000000" } });
    const always = withBase(world, { exploration: { epsilonPpm: 1_000_000, maxLossMicros: 0 } });
    const dice = createHash("sha256").update(JSON.stringify(["caio-explore-v1", greedy.seed, greedy.requestDigest])).digest();
    const drawn = ["a", "b", "c"][dice.readUIntBE(6, 6) % 3];
    expect(referenceDecision(always)).toMatchObject({ drawn: true, service: drawn, propensity: { numerator: "1000000", denominator: "3000000" } });
  });
});

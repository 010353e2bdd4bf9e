import { canonicalJson, sha256Hex, type JsonObject, type JsonValue } from "@caio/core";
import { describe, expect, test } from "vitest";

import { choosePlan, identityOf, orchestratePlan, parsePlanDocument, type PlanDocument, type PlanOrchestration, type PlanProblem } from "../src/index.ts";
import { answers, contract, FakeServices, house, principal, type Behaviour } from "./support/house.ts";

const planKey = sha256Hex("a plan");
const options = { planKey, testKey: true, independent: [] };

/** A service of one step: cost in USD, latency at p99 in ms, competence. */
function service(id: string, capability: string, cost: string, latencyMs: number, competence: string): ReturnType<typeof contract> {
  return contract(id, {
    capabilities: [{ type: capability }],
    guarantees: { p99_latency_ms: latencyMs, availability: "0.999", accuracy: "0.95" },
    cost: { model: "per_request", base_cost: cost, currency: "USD" },
    models: [{ id: "m", competence }],
    api: { protocol: "http", base_url: "http://127.0.0.1:9", endpoints: [{ path: "/do", method: "POST" }] },
  });
}

const contracts = [
  service("a-good", "work.a", "0.01", 900, "0.9"),
  service("a-cheap", "work.a", "0.008", 100, "0.4"),
  service("b-good", "work.b", "0.01", 900, "0.9"),
  service("b-cheap", "work.b", "0.008", 100, "0.4"),
];
const policy = "caio_policy: 1\nid: house\nweights: { model: 4, cost: 0.01, latency: 0.01 }\nfallback: { max_attempts: 3 }\n";

function plan(limits: JsonObject, more: { readonly steps?: JsonObject; readonly guarantees?: JsonObject } = {}): PlanDocument {
  return parsePlanDocument({
    caio_plan: 1,
    plan: { seq: ["a", "b"] },
    limits,
    ...(more.guarantees === undefined ? {} : { guarantees: more.guarantees }),
    steps: { a: { requirements: ["work.a"], data: { payload: "go" } }, b: { requirements: ["work.b"], data: { payload: "go" } }, ...more.steps },
  });
}

const fails: Behaviour = () => Promise.reject(new Error("broken"));
const wellBehaved: Readonly<Record<string, Behaviour>> = { "a-good": answers("A"), "a-cheap": answers("a"), "b-good": answers("B"), "b-cheap": answers("b") };

async function run(document: PlanDocument, behaviours = wellBehaved): Promise<{ result: PlanOrchestration; services: FakeServices; traces: Awaited<ReturnType<typeof house>>["traces"] }> {
  const services = new FakeServices(behaviours);
  const { orchestrator, traces } = await house(services, contracts, { policy });
  return { result: await orchestratePlan(orchestrator, document, principal, options), services, traces };
}

function called({ calls }: FakeServices): string[] {
  return calls.map((call) => call.contract.serviceId);
}

describe("a plan with limits", () => {
  test("is chosen at once, and each step is executed by a decision that asks for its pair", async () => {
    const { result, services, traces } = await run(plan({ budget: "0.018", currency: "USD" }));
    expect(result.kind).toBe("success");
    // Each by itself would be the good one: both together cost too much.
    expect(called(services)).toHaveLength(2);
    expect(new Set(called(services).map((id) => id.slice(2)))).toEqual(new Set(["good", "cheap"]));
    const [chosen, ...others] = result.plans;
    expect(others).toEqual([]);
    expect(chosen?.outcome).toMatchObject({ kind: "chosen", claim: "optimal", promise: { costMicros: 18_000 } });
    expect(result.promise?.rows.costMicros).toBe(18_000);
    const planId = identityOf(planKey).decisionId;
    expect(chosen?.planId).toBe(planId);
    for (const step of result.steps.values()) {
      if (step.kind !== "success") throw new Error("a step failed");
      expect(step.decision.certificate.lineage).toMatchObject({ parent: planId });
      expect(step.decision.verdicts.filter((verdict) => verdict.step === 0)).toHaveLength(1);
      const trace = await traces.trace(step.decision.decisionId);
      expect(trace?.parent).toBe(planId);
    }
    // In the log: the decisions of the steps, the plan, and only then what was executed.
    const entries = await traces.entryTexts(0, traces.head.size);
    const decisions = entries.map((text) => JSON.parse(text) as { kind: string; body: { decisionId: string } }).filter(({ kind }) => kind === "decision").map(({ body }) => body.decisionId);
    expect(decisions.slice(0, 3)).toEqual([...(chosen?.steps ?? []).map(({ decisionId }) => decisionId), planId]);
    expect(decisions).toHaveLength(5);
    expect(await traces.certificate(planId)).toBe(canonicalJson(chosen?.certificate ?? {}));
  });

  test("keeps latency at a coverage, availability and accuracy together", async () => {
    const { result } = await run(plan({ latency_ms: 1100, latency_coverage: "0.98" }, { guarantees: { availability: "0.99", accuracy: "0.9" } }));
    expect(result.plans[0]?.outcome).toMatchObject({ kind: "chosen", promise: { latencyUs: 1_000_000, coveragePpm: 980_000, accuracyMicros: 900_000 } });
  });

  test("is refused with the least that is possible, and nothing is executed", async () => {
    const { result, services } = await run(plan({ budget: "0.0015", currency: "USD", latency_ms: 150, latency_coverage: "0.98" }));
    expect(result.kind).toBe("refused");
    expect(services.calls).toEqual([]);
    expect(result.plans[0]?.outcome).toMatchObject({
      kind: "refused",
      code: "BudgetExceeded",
      claim: "impossible",
      broken: [{ limit: "budget", allowed: 1500, best: 16_000 }, { limit: "latency", allowed: 150_000, best: 200_000 }],
    });
  });

  test("is refused where a step has no pair, with the step", async () => {
    const { result } = await run(plan({ budget: "1", currency: "USD" }, { steps: { b: { requirements: ["work.nothing"] } } }));
    expect(result.plans[0]?.outcome).toMatchObject({ kind: "refused", code: "NoMatchingService", step: 1, broken: [], proof: null });
  });

  test("that loses a step is planned again without it, on what remains of the budget", async () => {
    const { result, services } = await run(plan({ budget: "0.03", currency: "USD" }), { ...wellBehaved, "b-good": fails });
    expect(result.kind).toBe("success");
    expect(called(services)).toEqual(["a-good", "b-good", "b-cheap"]);
    const [first, second] = result.plans;
    expect(result.plans).toHaveLength(2);
    expect(second?.certificate.lineage).toEqual({ parent: first?.planId });
    expect(second?.certificate.steps).toHaveLength(1);
    expect(second?.certificate.limits.budgetMicros).toBeLessThanOrEqual(30_000 - 10_000);
    expect(second?.steps[0]?.verdicts.find((verdict) => verdict.service === "b-good")).toMatchObject({ step: 1, clause: "excluded" });
    expect(result.promise?.rows.costMicros).toBe(28_000);
  });

  test("gives up after as many plans as the policy allows attempts", async () => {
    const { result } = await run(plan({ budget: "1", currency: "USD" }), { ...wellBehaved, "b-good": fails, "b-cheap": fails });
    expect(result.kind).toBe("failed");
    expect(result.plans.at(-1)?.outcome).toMatchObject({ kind: "refused", code: "NoMatchingService" });
  });

  test("counts with the size that the caller declares where a payload comes from a step before", async () => {
    const later = (size: JsonValue): JsonObject => ({ b: { requirements: ["work.b"], data: { payload: { text: { $from: "a" } } }, ...(size === null ? {} : { size: { input_tokens: size } }) } });
    await expect(run(plan({ budget: "1", currency: "USD" }, { steps: later(null) }))).rejects.toMatchObject({ code: "InvalidPlan", details: { place: "steps.b.size.input_tokens" } });
    const { result, services } = await run(plan({ budget: "1", currency: "USD" }, { steps: later(20) }));
    expect(result.kind).toBe("success");
    expect(services.calls[1]?.payload).toEqual({ text: "A" });
  });
});

describe("a plan's document", () => {
  test.each([
    [{ limits: { deadline_ms: 5 } }, "InvalidPlan"],
    [{ guarantees: { latency_ms: 5 } }, "InvalidPlan"],
    [{ limits: { nonsense: 1 } }, "InvalidRequest"],
    [{ more: 1 }, "InvalidPlan"],
  ])("%j is refused", (part, code) => {
    expect(() => parsePlanDocument({ caio_plan: 1, plan: "a", steps: { a: {} }, ...(part as JsonObject) })).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe("what a step takes of other steps", () => {
  const parsed = (tree: JsonValue, from: string): unknown => parsePlanDocument({ caio_plan: 1, plan: tree, steps: { a: {}, b: {}, c: { data: { payload: { texts: [{ $from: from }] } } } } });

  test.each<[JsonValue, string]>([
    [{ seq: ["a", { par: ["b", "c"] }] }, "a"],
    [{ seq: [{ par: ["a", "b"] }, "c"] }, "b"],
    [{ par: ["a", { seq: ["b", "c"] }] }, "b"],
  ])("is there when its turn comes: %j takes of %s", (tree, from) => {
    expect(() => parsed(tree, from)).not.toThrow();
  });

  test.each<[JsonValue, string]>([
    [{ seq: ["a", { par: ["b", "c"] }] }, "b"],
    [{ seq: ["c", "a", "b"] }, "a"],
    [{ seq: ["a", "b", "c"] }, "c"],
    [{ seq: ["a", "b", "c"] }, "nobody"],
    [{ par: ["a", { seq: ["b", "c"] }] }, "a"],
  ])("is refused where it cannot be, before anything is paid for: %j takes of %s", (tree, from) => {
    expect(() => parsed(tree, from)).toThrow(expect.objectContaining({ code: "InvalidPlan", message: expect.stringContaining(`at steps.c: found a reference to "${from}"`) as string }) as Error);
  });
});

describe("choosePlan", () => {
  const offer = (name: string, score: number, costMicros: number): PlanProblem["steps"][number]["offers"][number] => ({ service: name, model: null, score, costMicros, bounds: [], availabilityMicros: 0, accuracyMicros: 0 });
  const limits = { budgetMicros: 10, latencyUs: null, coveragePpm: 950_000, availabilityMicros: null, accuracyMicros: null };

  test("breaks ties by the digests of the steps in order", () => {
    const step = { offers: [offer("x", 5, 5), offer("y", 5, 5)], ties: ["bb", "aa"] };
    expect(choosePlan({ tree: { seq: [0, 1] }, steps: [step, { ...step, ties: ["aa", "bb"] }], limits })).toMatchObject({ picks: [{ offer: 1 }, { offer: 0 }], claim: "optimal", gap: 0 });
  });

  test("refuses scores that do not add up exactly, and more steps than it has letters for", () => {
    const large = { offers: [offer("x", 2 ** 51, 1)], ties: ["aa"] };
    expect(() => choosePlan({ tree: { seq: [0, 1] }, steps: [large, large], limits })).toThrow(expect.objectContaining({ code: "NumberOutOfRange" }) as Error);
    expect(() => choosePlan({ tree: 0, steps: new Array<typeof large>(33).fill({ ...large, offers: [offer("x", 1, 1)] }), limits })).toThrow(expect.objectContaining({ code: "InvalidPlan" }) as Error);
  });
});

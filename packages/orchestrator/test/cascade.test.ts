import { sha256Hex, type JsonValue } from "@caio/core";
import { describe, expect, it } from "vitest";

import { orchestrateCascade, parseCascadeDocument, type CascadeOrchestration } from "../src/index.ts";
import { answers, contract, FakeServices, house, principal, type Behaviour } from "./support/house.ts";

const endpoint = (output: string): object => ({
  protocol: "http",
  base_url: "http://127.0.0.1:9",
  endpoints: [{ path: "/run", method: "POST", output_schema: { type: "object", required: [output] } }],
});
const priced = (base: string): object => ({ cost: { model: "per_request", base_cost: base, currency: "USD" } });
const promising = (undetected: string): object => ({ guarantees: { latency_ms: 200, undetected_error: undetected, availability: "0.99" } });

const small = contract("small", { capabilities: [{ type: "answer.quick" }], ...priced("0.001"), ...promising("0.4"), api: endpoint("answer") });
const judge = contract("judge", { capabilities: [{ type: "verify.answer" }], ...priced("0.0005"), ...promising("0.1"), api: endpoint("passes") });
const large = contract("large", { capabilities: [{ type: "answer.well" }], ...priced("0.01"), ...promising("0.05"), api: endpoint("answer") });

function document(more: Readonly<Record<string, JsonValue>> = {}): JsonValue {
  const asking = (type: string, payload: JsonValue): JsonValue => ({
    caio_request: 1, intent: { text: "What is six times seven?" }, data: { payload }, requirements: { capabilities: [{ type }] },
  });
  return {
    caio_cascade: 1,
    try: asking("answer.quick", { question: "6 × 7" }),
    verify: asking("verify.answer", { question: "6 × 7", answer: { $from: "try", pointer: "/answer" } }),
    escalate: asking("answer.well", { question: "6 × 7" }),
    accept: { pointer: "/passes", equals: true },
    ...more,
  };
}

interface Ran {
  readonly ended: CascadeOrchestration;
  readonly called: readonly string[];
  readonly services: FakeServices;
}

async function run(behaviours: Readonly<Record<string, Behaviour>>, more: Readonly<Record<string, JsonValue>> = {}): Promise<Ran & { readonly kinds: readonly (string | undefined)[] }> {
  const services = new FakeServices({ small: answers({ answer: 42 }), judge: answers({ passes: true }), large: answers({ answer: 43 }), ...behaviours });
  const { orchestrator, traces } = await house(services, [small, judge, large]);
  const ended = await orchestrateCascade(orchestrator, parseCascadeDocument(document(more)), principal, { cascadeKey: sha256Hex("cascade"), testKey: true, currency: "USD", independent: [] });
  const entries = await Promise.all(Array.from({ length: traces.head.size }, (_, index) => traces.entry(index)));
  return { ended, services, called: services.calls.map(({ contract: called }) => called.serviceId), kinds: entries.map((entry) => entry?.kind) };
}

describe("a cascade", () => {
  it("gives the cheap answer that the verifier passes, and asks nobody else", async () => {
    const { ended, called, services, kinds } = await run({});
    expect([ended.kind, ended.answeredBy, ended.output, ended.escalation]).toEqual(["success", "try", { answer: 42 }, null]);
    expect(called).toEqual(["small", "judge"]);
    expect(services.calls[1]?.payload).toEqual({ question: "6 × 7", answer: 42 });
    expect(ended.spentMicros).toBe(1500);
    expect(kinds.filter((kind) => kind === "decision")).toHaveLength(2);
  });

  it("makes each part a decision with a certificate, and the cascade its parent", async () => {
    const { ended } = await run({ judge: answers({ passes: false }) });
    const decisions = [...ended.steps.values()].map(({ decision }) => decision);
    expect(decisions).toHaveLength(3);
    expect(new Set(decisions.map(({ decisionId }) => decisionId)).size).toBe(3);
    for (const { certificate } of decisions) expect(JSON.stringify(certificate)).toContain(ended.cascadeId);
  });

  it("escalates what the verifier turns away, counts all of it, and promises what the algebra gives", async () => {
    const { ended, called } = await run({ judge: answers({ passes: false }) });
    expect([ended.answeredBy, ended.output, ended.escalation]).toEqual(["escalate", { answer: 43 }, "turned_away"]);
    expect(called).toEqual(["small", "judge", "large"]);
    expect(ended.spentMicros).toBe(11_500);
    // min(0.4, 0.1) of the checked answer, and 0.05 of the stronger one.
    expect(ended.promise?.rows.undetectedError.micros).toBe(150_000);
    expect(ended.promise?.rows.costMicros).toBe(11_500);
  });

  it.each<[string, JsonValue]>([["another value", { passes: "true" }], ["no value there", { passes: null }], ["a number", { passes: 1 }]])("takes a verdict of %s for none", async (_, verdict) => {
    const { ended } = await run({ judge: answers(verdict) });
    expect(ended.escalation).toBe("turned_away");
  });

  it("escalates without a verdict, and without an answer to judge", async () => {
    const broken: Behaviour = () => Promise.reject(new Error("down"));
    expect((await run({ judge: broken })).ended.escalation).toBe("verifier_failed");
    const { ended, called } = await run({ small: broken });
    expect([ended.answeredBy, ended.escalation]).toEqual(["escalate", "try_failed"]);
    expect(called).not.toContain("judge");
  });

  it("gives no answer where the stronger service gives none: not the one that was turned away", async () => {
    const { ended } = await run({ judge: answers({ passes: false }), large: () => Promise.reject(new Error("down")) });
    expect([ended.kind, ended.answeredBy, ended.output, ended.promise]).toEqual(["failed", null, null, null]);
  });

  it("takes what was spent off the budget of what follows", async () => {
    const { ended, called } = await run({ judge: answers({ passes: false }) }, { budget_micros: 11_499 });
    expect(ended.kind).toBe("failed");
    expect(called).toEqual(["small", "judge"]);
    expect(ended.steps.get("escalate")?.kind).toBe("refused");
    expect((await run({ judge: answers({ passes: false }) }, { budget_micros: 11_500 })).ended.answeredBy).toBe("escalate");
  });

  it("escalates where the verifier's payload refers to what the answer does not have", async () => {
    const { ended } = await run({ small: answers({ answer: 42 }) }, {
      verify: { caio_request: 1, intent: { text: "?" }, data: { payload: { $from: "try", pointer: "/none" } }, requirements: { capabilities: [{ type: "verify.answer" }] } },
    });
    expect([ended.escalation, ended.faults.get("verify")?.code]).toEqual(["verifier_failed", "InvalidPlan"]);
  });
});

describe("a cascade's document", () => {
  it.each<[Readonly<Record<string, JsonValue>>, RegExp]>([
    [{ caio_cascade: 2 }, /caio_cascade/],
    [{ more: 1 }, /at more/],
    [{ try: "small" }, /at try/],
    [{ accept: { pointer: "passes", equals: true } }, /at accept/],
    [{ accept: { pointer: "/passes" } }, /at accept/],
    [{ budget_micros: -1 }, /budget_micros/],
  ])("is refused with its place: %j", (more, place) => {
    expect(() => parseCascadeDocument(document(more))).toThrow(place);
  });
});

import type { HistoryLeaf } from "@caio/contracts";
import { encodeContract, HashingEncoder } from "@caio/control";
import { serviceEntry, type ServiceEntry } from "@caio/registry";
import { describe, expect, it } from "vitest";

import { pairTerms } from "../src/pair-terms.ts";
import { scoreService } from "../src/steps/score.ts";
import { decide } from "./support/decide.ts";
import { contract, request } from "./support/house.ts";

type Document = Readonly<Record<string, unknown>>;

/** The terms of each admitted pair, in the order of the domain. */
function termsOf(services: readonly Document[], asked: Document = {}, leaves: readonly HistoryLeaf[] = []): Readonly<Record<string, number>>[] {
  const { verdicts } = decide(services.map((service, at) => contract(`s${String(at)}`, service)), request(asked), { leaves });
  return verdicts.map((verdict) => {
    if (verdict.step !== 0) throw new Error(`A pair fell at ${verdict.clause}.`);
    return { ...verdict.terms };
  });
}

const costs = (base_cost: string): Document => ({ cost: { model: "per_request", base_cost, currency: "USD" } });
const within = (latency_ms: number): Document => ({ guarantees: { latency_ms } });
const silent = { guarantees: { classification_accuracy: "0.9" }, cost: undefined };

describe("cost and latency of the score (calculus §6)", () => {
  it("are shares of the largest among the admissible where there is no limit", () => {
    expect(termsOf([costs("0.0001"), costs("0.0003"), costs("0.0002")]).map(({ cost }) => cost)).toEqual([333_333, 1_000_000, 666_667]);
    expect(termsOf([within(100), within(300), within(50)]).map(({ latency }) => latency)).toEqual([333_333, 1_000_000, 166_667]);
  });

  it("are shares of the limit where there is one, at most 1.0", () => {
    const limits = { limits: { budget: "0.0004", currency: "USD", latency_ms: 400 } };
    expect(termsOf([costs("0.0001"), costs("0.0004")], limits).map(({ cost, latency }) => [cost, latency])).toEqual([[250_000, 500_000], [1_000_000, 500_000]]);
  });

  it("are 1.0 where nothing is said, and 0 where nothing is asked for", () => {
    expect(termsOf([silent, { ...costs("0.0001"), ...within(100) }]).map(({ cost, latency }) => [cost, latency])).toEqual([[1_000_000, 1_000_000], [1_000_000, 1_000_000]]);
    expect(termsOf([{ cost: { model: "free" } }, { cost: { model: "free" } }]).map(({ cost }) => cost)).toEqual([0, 0]);
  });
});

describe("the model term of the score (calculus §6)", () => {
  // (competence − price + alignment − overflow)/4; a service alone costs the largest: price 1.0.
  const model = (more: Document = {}): Document => ({ models: [{ id: "m", ...more }] });
  const one = (service: Document, asked: Document = {}): number | undefined => termsOf([service], asked)[0]?.["model"];

  it("takes ½ for a competence that is unsaid, and safety as aligned", () => {
    expect(one({})).toBe((500_000 - 1_000_000 + 1_000_000 - 1_000_000) / 4);
    expect(one({ alignment: { safety_level: "medium", content_filtering: true } })).toBe((500_000 - 1_000_000 + 500_000 - 1_000_000) / 4);
    expect(one({ alignment: { safety_level: "low" } })).toBe((500_000 - 1_000_000 - 1_000_000) / 4);
    expect(one({ alignment: {} })).toBe((500_000 - 1_000_000 - 1_000_000) / 4);
    expect(one(model({ competence: "0.9" }))).toBe((900_000 - 1_000_000 + 1_000_000 - 1_000_000) / 4);
  });

  it("takes as overflow the share of the context that is filled, 1.0 where a number is unsaid", () => {
    const sized = { size: { input_tokens: 300, max_output_tokens: 200 } };
    const full = one(model(), sized);
    expect(full).toBe((500_000 - 1_000_000 + 1_000_000 - 1_000_000) / 4);
    expect(one(model({ context_tokens: 1_000 }), sized)).toBe((500_000 - 1_000_000 + 1_000_000 - 500_000) / 4);
    expect(one(model({ context_tokens: 500 }), sized)).toBe(full);
    expect(one(model({ context_tokens: 1_000 }), { size: { input_tokens: 300 } })).toBe(full);
    expect(one(model({ context_tokens: 1_000, max_output_tokens: 100 }), { size: { input_tokens: 300 } })).toBe((500_000 - 1_000_000 + 1_000_000 - 400_000) / 4);
  });
});

describe("risk of the score (calculus §5)", () => {
  const leaf = (outcomes: number, violations: number): HistoryLeaf => ({ service: "s0", model: null, health: "healthy", promises: [], outcomes, violations });

  it("grows with the violations of the pair's leaf, and falls with its outcomes", () => {
    // v = 1/20, 1/1020, 11/1020; risk = ⌈1 − (1 − v)·0.9⌉
    expect(termsOf([{}])[0]?.["risk"]).toBe(145_000);
    expect(termsOf([{}], {}, [leaf(1_000, 0)])[0]?.["risk"]).toBe(100_883);
    expect(termsOf([{}], {}, [leaf(1_000, 10)])[0]?.["risk"]).toBe(109_707);
  });
});

describe("scoreService", () => {
  const terms = { intent: 1, attention: 2, rl: 3, resonance: 4, model: 5, cost: 6, risk: 7, latency: 8 };
  const weights = { intent: 1, attention: 10, rl: 100, resonance: 1_000, model: 10_000, cost: 100_000, risk: 1_000_000, latency: 10_000_000 };

  it("adds what speaks for a pair and takes away what speaks against it, each by its weight", () => {
    expect(scoreService(terms, 0, weights)).toBe(54_321 - 87_600_000);
    expect(scoreService(terms, 9, weights)).toBe(54_321 - 87_600_000 + 9_000_000);
  });
});

describe("pairTerms", () => {
  const encoder = new HashingEncoder();
  const entryOf = (service: Document): ServiceEntry => serviceEntry({ contract: contract("a", service), encoding: encodeContract(contract("a", service), encoder), encoderId: encoder.id });

  it("gives one pair for each model, one without a model where there is none, and the same for the same entry", () => {
    const entry = entryOf({ models: [{ id: "m" }, { id: "n" }] });
    expect(pairTerms(entry).map(({ model }) => model)).toEqual(["m", "n"]);
    expect(pairTerms(entry)).toBe(pairTerms(entry));
    expect(pairTerms(entryOf({})).map(({ model }) => model)).toEqual([null]);
  });

  it("shows rules the model that the pair is of", () => {
    const [m, n] = pairTerms(entryOf({ models: [{ id: "m" }, { id: "n" }] }));
    expect([m?.views.model["id"], n?.views.model["id"]]).toEqual(["m", "n"]);
    expect(m?.views).toBe(m?.views);
  });
});

import { describe, expect, it } from "vitest";

import { candidateModels, compareCandidates, contractIntersection, ContractParser, effectiveContract, parseRequestValue, promised, refines, satisfies, type MatchingResult, type ServiceContract } from "../src/index.ts";
import { boundInterval, boundIsWithin, isWithin, meet } from "../src/refinement/interval.ts";

const parser = new ContractParser();
type Document = Readonly<Record<string, unknown>>;

function service(terms: Document): ServiceContract {
  return parser.parseValue({ service_id: "s", version: "1.0.0", capabilities: ["inference.chat"], ...terms });
}

function allFailures(terms: Document, asked: Document, model: string | null = null): MatchingResult {
  const { requirements, size, data } = parseRequestValue(asked);
  const { mediaType } = data;
  return satisfies({ contract: service(terms), model }, { requirements, size, ...(mediaType === undefined ? {} : { mediaType }) }, { all: true });
}

describe("what a failure shows (calculus §2)", () => {
  it("of capabilities: the types that there are, each once, and the group that was asked", () => {
    expect(allFailures({ capabilities: ["a", { type: "a", on: true }, "b"] }, { requirements: { capabilities: ["b", "c"] } })).toEqual({
      satisfied: false,
      failures: [{ clause: "capabilities", path: "capabilities[1]", found: ["a", "b"], expected: { any_of: [{ type: "c", parameters: {} }] } }],
    });
  });

  it("of guarantees: what is promised of the property, declared and measured", () => {
    const asked = { requirements: { guarantees: [{ property: "availability", coverage: 1, bound: { min: "0.9" } }, { property: "latency_ms", coverage: 0.9, bound: { max: 1 } }] } };
    const { requirements, size } = parseRequestValue(asked);
    const contract = service({ guarantees: [{ property: "availability", coverage: 1, bound: { min: "0.95" } }, { property: "latency_ms", coverage: 0.9, bound: { max: 2 } }] });
    const measured = [{ property: "latency", coveragePpm: 900_000, bound: { maxUs: 3_000 } }];
    expect(satisfies({ contract, model: null, measured }, { requirements, size })).toEqual({
      satisfied: false,
      failures: [{
        clause: "guarantees",
        path: "guarantees[0]",
        found: [{ property: "latency", coverage_ppm: 900_000, bound: { max_us: 2_000 } }, { property: "latency", coverage_ppm: 900_000, bound: { max_us: 3_000 } }],
        expected: { property: "latency", coverage_ppm: 900_000, bound: { max_us: 1_000 } },
      }],
    });
  });

  it("of guarantees: those that are not met, and no other", () => {
    const demands = [{ property: "availability", coverage: 1, bound: { min: "0.9" } }, { property: "latency_ms", coverage: 0.9, bound: { max: 1 } }];
    const offers = [{ property: "availability", coverage: 1, bound: { min: "0.95" } }, { property: "latency_ms", coverage: 0.9, bound: { max: 2 } }];
    const { failures } = { failures: [], ...allFailures({ guarantees: offers }, { requirements: { guarantees: demands } }) } as { failures: readonly { readonly expected: unknown }[] };
    expect(failures.map(({ expected }) => expected)).toMatchObject([{ property: "latency" }]);
  });

  it("is none where one of several measured promises meets the demand", () => {
    const { requirements, size } = parseRequestValue({ requirements: { guarantees: [{ property: "latency_ms", coverage: 0.9, bound: { max: 5 } }] } });
    const contract = service({ guarantees: [{ property: "latency_ms", coverage: 0.9, bound: { max: 2 } }] });
    const measured = [9_000, 5_000].map((maxUs) => ({ property: "latency", coveragePpm: 900_000, bound: { maxUs } }));
    expect(satisfies({ contract, model: null, measured }, { requirements, size })).toEqual({ satisfied: true });
    expect(satisfies({ contract, model: null, measured: measured.slice(0, 1) }, { requirements, size })).toMatchObject({ satisfied: false });
  });

  it("of constraints and assumptions: what the contract says, null where it says nothing, and what is asked", () => {
    const constraints = { max_locality: "local", regions: ["eu"], requires_gpu: true, requires_internet: false, services: ["t"], models: ["m"] };
    const failure = (name: string, found: unknown, expected: unknown): unknown => ({ clause: "constraints", path: `constraints.${name}`, found, expected });
    expect(allFailures({}, { requirements: { constraints } })).toEqual({
      satisfied: false,
      failures: [
        failure("max_locality", null, "local"),
        failure("regions", null, ["eu"]),
        failure("requires_gpu", null, true),
        failure("requires_internet", null, false),
        failure("services", "s", ["t"]),
        failure("models", null, ["m"]),
      ],
    });
    expect(allFailures({ constraints: { requires_internet: false, requires_gpu: true } }, { requirements: { constraints: { requires_gpu: true, requires_internet: false } } })).toEqual({ satisfied: true });
    const silent = { privacy: { data_locality: "external", regions: ["us"] }, constraints: { requires_gpu: false, requires_internet: true } };
    expect(allFailures(silent, { requirements: { constraints: { ...constraints, services: [], models: [] } } })).toEqual({
      satisfied: false,
      failures: [failure("max_locality", "external", "local"), failure("regions", ["us"], ["eu"]), failure("requires_gpu", false, true), failure("requires_internet", true, false)],
    });
    const narrow = { constraints: { context_length: { max_tokens: 10 }, max_bytes: 5, media_types: ["text/plain"] } };
    expect(allFailures(narrow, { size: { input_tokens: 11, bytes: 6 }, data: { media_type: "image/png" } })).toEqual({
      satisfied: false,
      failures: [
        { clause: "assumptions", path: "size.tokens", found: 10, expected: 11 },
        { clause: "assumptions", path: "size.bytes", found: 5, expected: 6 },
        { clause: "assumptions", path: "data.media_type", found: ["text/plain"], expected: "image/png" },
      ],
    });
  });

  it("of a model that is not listed: those that are", () => {
    expect(allFailures({ models: [{ id: "m" }, { id: "n" }] }, {}, "x")).toEqual({ satisfied: false, failures: [{ clause: "capabilities", path: "model", found: ["m", "n"], expected: "x" }] });
  });

  it("is all that fails, in the order of the clauses, or the first alone", () => {
    const asked = { requirements: { capabilities: ["x", "y"], constraints: { services: ["t"] }, guarantees: [{ property: "availability", coverage: 1, bound: { min: "0.9" } }] }, size: { bytes: 6 } };
    const terms = { constraints: { max_bytes: 5 } };
    const all = allFailures(terms, asked);
    expect(all.satisfied ? [] : all.failures.map(({ path }) => path)).toEqual(["capabilities[0]", "capabilities[1]", "guarantees[0]", "constraints.services", "size.bytes"]);
    const { requirements, size } = parseRequestValue(asked);
    const first = satisfies({ contract: service(terms), model: null }, { requirements, size });
    expect(first.satisfied ? [] : first.failures.map(({ path }) => path)).toEqual(["capabilities[0]"]);
  });

  it("takes the model that is asked for", () => {
    expect(allFailures({ models: [{ id: "m" }, { id: "n" }] }, { requirements: { constraints: { models: ["m"] } } }, "m")).toEqual({ satisfied: true });
    expect(allFailures({ models: [{ id: "m" }, { id: "n" }] }, { requirements: { constraints: { models: ["m"] } } }, "n")).toMatchObject({ failures: [{ path: "constraints.models", found: "n", expected: ["m"] }] });
  });
});

describe("C ⊑ C′ between contracts (calculus §2)", () => {
  const context = (max_tokens: number, more: Document = {}): Document => ({ constraints: { context_length: { max_tokens } }, ...more });
  const model = (more: Document): Document => ({ models: [{ id: "m", ...more }] });

  it.each<[string, Document, Document, boolean]>([
    ["a nearer locality", { privacy: { data_locality: "local" } }, { privacy: { data_locality: "external" } }, true],
    ["a locality further away", { privacy: { data_locality: "external" } }, { privacy: { data_locality: "local" } }, false],
    ["silence of a locality", {}, { privacy: { data_locality: "local" } }, false],
    ["a locality where none was said", { privacy: { data_locality: "external" } }, {}, true],
    ["fewer regions", { privacy: { regions: ["de"] } }, { privacy: { regions: ["de", "eu"] } }, true],
    ["a region more", { privacy: { regions: ["de", "us"] } }, { privacy: { regions: ["de", "eu"] } }, false],
    ["no region", {}, { privacy: { regions: ["de"] } }, false],
    ["regions where none was said", { privacy: { regions: ["us"] } }, {}, true],
    ["the same need of a processor", { constraints: { requires_gpu: true } }, { constraints: { requires_gpu: true } }, true],
    ["another need of a processor", { constraints: { requires_gpu: false } }, { constraints: { requires_gpu: true } }, false],
    ["a need where none was said", { constraints: { requires_gpu: false } }, {}, true],
    ["another need of the internet", { constraints: { requires_internet: true } }, { constraints: { requires_internet: false } }, false],
    ["a need of the internet where none was said", { constraints: { requires_internet: true } }, {}, true],
    ["more kinds of media", { constraints: { media_types: ["a/b", "c/d"] } }, { constraints: { media_types: ["a/b"] } }, true],
    ["fewer kinds of media", { constraints: { media_types: ["a/b"] } }, { constraints: { media_types: ["a/b", "c/d"] } }, false],
    ["kinds of media where all were taken", { constraints: { media_types: ["a/b"] } }, {}, false],
    ["all kinds of media", {}, { constraints: { media_types: ["a/b"] } }, true],
    ["as many bytes", { constraints: { max_bytes: 5 } }, { constraints: { max_bytes: 5 } }, true],
    ["fewer bytes", { constraints: { max_bytes: 4 } }, { constraints: { max_bytes: 5 } }, false],
    ["a limit of bytes where there was none", { constraints: { max_bytes: 4 } }, {}, false],
    ["no limit of bytes", {}, { constraints: { max_bytes: 5 } }, true],
    ["as many tokens", context(10), context(10), true],
    ["fewer tokens", context(9), context(10), false],
    ["a limit of tokens where there was none", context(10), {}, false],
    ["no limit of tokens", {}, context(10), true],
    ["a model's tokens", model({ context_tokens: 9 }), model({ context_tokens: 10 }), false],
    ["a longer answer that has room", model({ context_tokens: 15, max_output_tokens: 6 }), model({ context_tokens: 10, max_output_tokens: 1 }), true],
    ["a longer answer without the room", model({ context_tokens: 14, max_output_tokens: 6 }), model({ context_tokens: 10, max_output_tokens: 1 }), false],
    ["a shorter answer needs no less room", model({ context_tokens: 9, max_output_tokens: 1 }), model({ context_tokens: 10, max_output_tokens: 6 }), false],
    ["an answer where none was said", model({ context_tokens: 15, max_output_tokens: 6 }), model({ context_tokens: 10 }), false],
    ["an answer where none was said, with the room", model({ context_tokens: 16, max_output_tokens: 6 }), model({ context_tokens: 10 }), true],
    ["no limit of the answer any more", model({ context_tokens: 1_000 }), model({ context_tokens: 10, max_output_tokens: 6 }), false],
    ["another model", { models: [{ id: "n" }] }, { models: [{ id: "m" }] }, false],
    ["a model more", { models: [{ id: "m" }, { id: "n" }] }, { models: [{ id: "m" }] }, true],
    ["a model that lost something, beside one that did not", { models: [{ id: "m" }, { id: "n", context_tokens: 1 }] }, { models: [{ id: "m" }, { id: "n" }] }, false],
    ["models where there were none", { models: [{ id: "m" }] }, {}, false],
    ["a capability more", { capabilities: ["inference.chat", "a"] }, {}, true],
    ["a capability less", {}, { capabilities: ["inference.chat", "a"] }, false],
    ["a guarantee that is tighter", { guarantees: { latency_ms: 5 } }, { guarantees: { latency_ms: 6 } }, true],
    ["a guarantee that is looser", { guarantees: { latency_ms: 7 } }, { guarantees: { latency_ms: 6 } }, false],
  ])("%s", (_name, next, old, holds) => {
    expect(refines(service(next), service(old))).toBe(holds);
  });
});

describe("the effective contract of a pair (calculus §2)", () => {
  it("has the model's terms where it has them, else the service's", () => {
    const own = { capabilities: ["b"], guarantees: { latency_ms: 5 }, cost: { model: "free" }, context_tokens: 9, max_output_tokens: 3, competence: "0.7" };
    const contract = service({ guarantees: { latency_ms: 7 }, cost: { model: "per_request", base_cost: "1", currency: "USD" }, constraints: { context_length: { max_tokens: 100 } }, models: [{ id: "m", ...own }, { id: "n" }] });
    const [m, n] = ["m", "n"].map((model) => effectiveContract(contract, model));
    expect(m).toMatchObject({ capabilities: [{ type: "b" }, { type: "inference.chat" }], guarantees: [{ bound: { maxUs: 5_000 } }], cost: { model: "free" }, contextTokens: 9, maxOutputTokens: 3, competenceMicros: 700_000 });
    expect(n).toStrictEqual({ capabilities: contract.capabilities, guarantees: contract.guarantees, cost: contract.cost });
  });

  it("takes the context of the service for the pair without a model, which exists where there are none", () => {
    const contract = service({ constraints: { context_length: { max_tokens: 100 } } });
    expect(effectiveContract(contract, null)).toStrictEqual({ capabilities: contract.capabilities, guarantees: contract.guarantees, contextTokens: 100 });
    expect(effectiveContract(service({ models: [{ id: "m" }] }), null)).toBeUndefined();
    expect(effectiveContract(contract, "m")).toBeUndefined();
    expect([candidateModels(contract), candidateModels(service({ models: [{ id: "m" }, { id: "n" }] }))]).toEqual([[null], ["m", "n"]]);
  });
});

describe("C ∩ Q", () => {
  const requirements = (document: Document): Parameters<typeof contractIntersection>[1] => parseRequestValue({ requirements: document }).requirements;

  it("holds the offered types that refine what is required", () => {
    const offer = service({ capabilities: ["a.b", "a.c", "d"] });
    expect(contractIntersection(offer, requirements({ capabilities: [{ any_of: ["a", "x"] }] })).capabilities).toEqual([{ required: "a", offered: "a.b" }, { required: "a", offered: "a.c" }]);
  });

  it("holds what promise and demand of a property have in common, at the promise's coverage", () => {
    const offer = service({ guarantees: [{ property: "latency_ms", coverage: 0.9, bound: { min: 1, max: 9 } }, { property: "availability", coverage: 1, bound: { min: "0.9" } }] });
    const shared = (property: string, coverage: number, bound: Document): unknown => contractIntersection(offer, requirements({ guarantees: [{ property, coverage, bound }] })).guarantees;
    expect(shared("latency_ms", 0.9, { max: 5 })).toEqual([{ property: "latency", coveragePpm: 900_000, bound: { minUs: 1_000, maxUs: 5_000 } }]);
    expect(shared("latency_ms", 0.8, { min: 2 })).toEqual([{ property: "latency", coveragePpm: 900_000, bound: { minUs: 2_000, maxUs: 9_000 } }]);
    expect(shared("availability", 1, { max: "0.95" })).toEqual([{ property: "availability", coveragePpm: 1_000_000, bound: { minMicros: 900_000, maxMicros: 950_000 } }]);
    expect(shared("availability", 1, { min: "0.8" })).toStrictEqual([{ property: "availability", coveragePpm: 1_000_000, bound: { minMicros: 900_000 } }]);
    const ends = service({ guarantees: [{ property: "latency_ms", coverage: 0.9, bound: { max: 9 } }, { property: "time_to_first_token_ms", coverage: 0.9, bound: { min: 1 } }, { property: "undetected_error", coverage: 1, bound: { max: "0.1" } }] });
    const only = (property: string, coverage: number, bound: Document): unknown => contractIntersection(ends, requirements({ guarantees: [{ property, coverage, bound }] })).guarantees[0]?.bound;
    expect([only("latency_ms", 0.9, { max: 5 }), only("time_to_first_token_ms", 0.9, { min: 3 }), only("undetected_error", 1, { max: "0.05" })]).toStrictEqual([{ maxUs: 5_000 }, { minUs: 3_000 }, { maxMicros: 50_000 }]);
    expect(shared("latency_ms", 0.91, { max: 5 })).toEqual([]);
    expect(shared("latency_ms", 0.9, { min: 10 })).toEqual([]);
  });
});

describe("intervals", () => {
  it("meet in what both hold, and nowhere when one ends before the other begins", () => {
    expect(meet({ min: 1, max: 5 }, { min: 3, max: 9 })).toEqual({ min: 3, max: 5 });
    expect(meet({ max: 5 }, { min: 5 })).toEqual({ min: 5, max: 5 });
    expect(meet({ max: 4 }, { min: 5 })).toBeUndefined();
    expect([meet({ min: 1 }, {}), meet({}, { max: 1 }), meet({}, {})]).toStrictEqual([{ min: 1 }, { max: 1 }, {}]);
  });

  it("lie within each other end by end; an open end only in an open one", () => {
    expect(isWithin({ min: 1, max: 5 }, { min: 1, max: 5 })).toBe(true);
    expect([isWithin({ min: 0, max: 5 }, { min: 1 }), isWithin({ max: 6 }, { max: 5 }), isWithin({}, { min: 1 }), isWithin({}, { max: 1 })]).toEqual([false, false, false, false]);
    expect(isWithin({ min: 0 }, {})).toBe(true);
    expect(boundIsWithin({ minMicros: 3 }, { minMicros: 2 })).toBe(true);
    expect([boundIsWithin({ minMicros: 1 }, { minMicros: 2 }), boundIsWithin({ minUs: 1 }, { minUs: 2 }), boundIsWithin({ maxMicros: 3 }, { maxMicros: 2 }), boundIsWithin({ maxUs: 3 }, { maxUs: 2 })]).toEqual([false, false, false, false]);
    expect([boundInterval({ minUs: 1 }), boundInterval({ maxUs: 1 }), boundInterval({ minMicros: 2 }), boundInterval({ maxMicros: 2 })]).toEqual([{ min: 1 }, { max: 1 }, { min: 2 }, { max: 2 }]);
  });

  it("of several promises: the largest min and the smallest max at the coverage", () => {
    const of = (property: string, coveragePpm: number, bound: { minMicros: number }): Parameters<typeof promised>[0][number] => ({ property, coveragePpm, bound });
    const guarantees = [of("a", 900_000, { minMicros: 5 }), of("a", 950_000, { minMicros: 4 }), of("b", 950_000, { minMicros: 9 }), of("a", 950_000, { minMicros: 3 })];
    expect([promised(guarantees, "a", 900_000), promised(guarantees, "a", 950_000), promised(guarantees, "a", 950_001), promised(guarantees, "c", 1)]).toStrictEqual([{ min: 5 }, { min: 4 }, {}, {}]);
  });
});

describe("the order of pairs (calculus §1)", () => {
  it("is by service, then by model, no model first, by code units", () => {
    const pairs = [{ service: "a", model: null }, { service: "a", model: "Z" }, { service: "a", model: "a" }, { service: "b", model: null }];
    for (const [i, a] of pairs.entries()) for (const [j, b] of pairs.entries()) expect(Math.sign(compareCandidates(a, b))).toBe(Math.sign(i - j));
  });
});

import { canonicalJson } from "@caio/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  candidateModels,
  contractIntersection,
  ContractParser,
  effectiveContract,
  parseRequestValue,
  promised,
  promisedLatencyUs,
  refines,
  refinesCapability,
  refinesGuarantee,
  satisfies,
  toWire,
  type Guarantee,
  type MatchingResult,
  type RequestDocument,
  type ServiceContract,
} from "../src/index.ts";
import { contract, requestDocument } from "./arbitraries.ts";

const parser = new ContractParser();

function service(terms: Record<string, unknown>): ServiceContract {
  return parser.parseValue({ service_id: "s", version: "1.0.0", capabilities: ["inference.chat"], ...terms });
}

function match(
  terms: Record<string, unknown>,
  request: Record<string, unknown>,
  options: { readonly model?: string; readonly measured?: readonly Guarantee[]; readonly all?: boolean } = {},
): MatchingResult {
  const document = parseRequestValue(request);
  const { mediaType } = document.data;
  return satisfies(
    { contract: service(terms), model: options.model ?? null, measured: options.measured ?? [] },
    { requirements: document.requirements, size: document.size, ...(mediaType === undefined ? {} : { mediaType }) },
    { all: options.all ?? false },
  );
}

function demandOf(document: RequestDocument): Parameters<typeof satisfies>[1] {
  const { mediaType } = document.data;
  // Requirements that name services by id are not about terms.
  return { requirements: document.requirements, size: document.size, ...(mediaType === undefined ? {} : { mediaType }) };
}

/** A contract and one near it, so that refinement is seen to hold and to fail. */
const near = fc.tuple(contract, contract, fc.constantFrom("capabilities", "guarantees", "constraints", "privacy", "models")).map(
  ([base, other, key]): readonly [ServiceContract, ServiceContract] => [base, { ...base, [key]: other[key] }],
);

/** More capable, promising more, with fewer limits: often refines. */
const stronger = near.map(([base, other]): readonly [ServiceContract, ServiceContract] => [
  base,
  { ...base, capabilities: [...base.capabilities, ...other.capabilities], guarantees: [...base.guarantees, ...other.guarantees] },
]);

describe("refinement", () => {
  test("of contracts is reflexive", () => {
    fc.assert(fc.property(contract, (c) => { expect(refines(c, c)).toBe(true); }));
  });

  test("of contracts is transitive", () => {
    let held = 0;
    const triple = fc.tuple(stronger, contract, fc.constantFrom("capabilities", "guarantees")).map(
      ([[c, b], other, key]) => [{ ...b, [key]: [...b[key], ...other[key]] }, b, c] as const,
    );
    fc.assert(fc.property(fc.oneof(triple, fc.tuple(contract, contract, contract)), ([a, b, c]) => {
      if (!refines(a, b) || !refines(b, c)) return;
      held++;
      expect(refines(a, c)).toBe(true);
    }), { numRuns: 200 });
    expect(held).toBeGreaterThan(20);
  });

  test("keeps every match: a ⊑ b and b ⊨ q give a ⊨ q", () => {
    let held = 0;
    fc.assert(fc.property(fc.oneof(near, stronger, fc.tuple(contract, contract)), requestDocument, ([b, a], document) => {
      if (!refines(a, b)) return;
      for (const model of candidateModels(b)) {
        if (!satisfies({ contract: b, model }, demandOf(document)).satisfied) continue;
        held++;
        expect(satisfies({ contract: a, model }, demandOf(document)).satisfied).toBe(true);
      }
    }), { numRuns: 400 });
    expect(held).toBeGreaterThan(5);
  });

  test("of capabilities and guarantees is a preorder", () => {
    fc.assert(fc.property(contract, contract, contract, (x, y, z) => {
      for (const a of x.capabilities) {
        expect(refinesCapability(a, a)).toBe(true);
        for (const b of y.capabilities) for (const c of z.capabilities) {
          if (refinesCapability(a, b) && refinesCapability(b, c)) expect(refinesCapability(a, c)).toBe(true);
        }
      }
      for (const a of x.guarantees) {
        expect(refinesGuarantee(a, a)).toBe(true);
        for (const b of y.guarantees) for (const c of z.guarantees) {
          if (refinesGuarantee(a, b) && refinesGuarantee(b, c)) expect(refinesGuarantee(a, c)).toBe(true);
        }
      }
    }));
  });
});

describe("satisfies", () => {
  test("the first failure is the first of all", () => {
    fc.assert(fc.property(contract, requestDocument, (c, document) => {
      for (const model of candidateModels(c)) {
        const first = satisfies({ contract: c, model }, demandOf(document));
        const all = satisfies({ contract: c, model }, demandOf(document), { all: true });
        expect(all.satisfied).toBe(first.satisfied);
        if (!first.satisfied && !all.satisfied) expect(all.failures[0]).toEqual(first.failures[0]);
        expect(() => canonicalJson(toWire(all))).not.toThrow();
      }
    }));
  });

  test.each([
    ["a type continues after a dot", { capabilities: ["inference.chat.fast"] }, ["inference.chat"], true],
    ["a type is not continued within a segment", { capabilities: ["inference.chatty"] }, ["inference.chat"], false],
    ["a more general type does not do", { capabilities: ["inference"] }, ["inference.chat"], false],
    ["any alternative does", { capabilities: ["b"] }, [{ any_of: ["a", "b"] }], true],
    ["all groups are needed", { capabilities: ["b"] }, ["b", "a"], false],
    ["a set holds the demanded one", { capabilities: [{ type: "a", languages: ["de", "en"] }] }, [{ type: "a", languages: ["en"] }], true],
    ["a set that lacks one does not", { capabilities: [{ type: "a", languages: ["de"] }] }, [{ type: "a", languages: ["de", "en"] }], false],
    ["an interval lies within", { capabilities: [{ type: "a", n: { min: 2, max: 3 } }] }, [{ type: "a", n: { min: 1 } }], true],
    ["an open interval does not lie within a closed one", { capabilities: [{ type: "a", n: { min: 2 } }] }, [{ type: "a", n: { min: 1, max: 9 } }], false],
    ["a number is its interval", { capabilities: [{ type: "a", n: 2 }] }, [{ type: "a", n: { min: 1, max: 2 } }], true],
    ["kinds do not mix", { capabilities: [{ type: "a", n: "2" }] }, [{ type: "a", n: 2 }], false],
    ["a flag is equal", { capabilities: [{ type: "a", on: true }] }, [{ type: "a", on: false }], false],
    ["silence fails", { capabilities: ["a"] }, [{ type: "a", on: true }], false],
    ["a parameter named like a method is silence too", { capabilities: ["a"] }, [{ type: "a", toString: "x" }], false],
  ])("capabilities: %s", (_name, terms, requirements, holds) => {
    const result = match(terms, { requirements });
    expect(result.satisfied).toBe(holds);
    if (!result.satisfied) expect(result.failures[0].clause).toBe("capabilities");
  });

  test("guarantees need coverage and bound of one promise", () => {
    const terms = { guarantees: [{ property: "latency_ms", coverage: 0.99, bound: { max: 900 } }, { property: "latency_ms", coverage: 0.5, bound: { max: 100 } }] };
    const ask = (coverage: number, max: number): Record<string, unknown> => ({ requirements: { guarantees: [{ property: "latency_ms", coverage, bound: { max } }] } });
    expect(match(terms, ask(0.95, 900)).satisfied).toBe(true);
    expect(match(terms, ask(0.5, 100)).satisfied).toBe(true);
    expect(match(terms, ask(0.95, 100))).toMatchObject({
      failures: [{ clause: "guarantees", path: "guarantees[0]", expected: { property: "latency", coverage_ppm: 950_000, bound: { max_us: 100_000 } } }],
    });
    const measured = [{ property: "latency", coveragePpm: 990_000, bound: { maxUs: 950_000 } }];
    expect(match(terms, ask(0.95, 900), { measured }).satisfied).toBe(false);
    expect(match(terms, ask(0.95, 950), { measured }).satisfied).toBe(true);
    expect(match({}, ask(0.95, 950), { measured }).satisfied).toBe(false);
    expect(match(terms, ask(0.95, 900), { measured: [{ property: "availability", coveragePpm: 1, bound: { minMicros: 1 } }] }).satisfied).toBe(true);
  });

  test.each([
    [{ privacy: { data_locality: "local" } }, { max_locality: "private_cloud" }, undefined],
    [{ privacy: { data_locality: "external" } }, { max_locality: "private_cloud" }, "max_locality"],
    [{}, { max_locality: "external" }, "max_locality"],
    [{ privacy: { regions: ["eu"] } }, { regions: ["eu", "de"] }, undefined],
    [{ privacy: { regions: ["eu", "us"] } }, { regions: ["eu"] }, "regions"],
    [{ privacy: { regions: [] } }, { regions: ["eu"] }, "regions"],
    [{}, { regions: ["eu"] }, "regions"],
    [{ constraints: { requires_gpu: false } }, { requires_gpu: false }, undefined],
    [{}, { requires_gpu: false }, "requires_gpu"],
    [{ constraints: { requires_internet: true } }, { requires_internet: false }, "requires_internet"],
    [{}, { services: ["t"] }, "services"],
    [{}, { services: ["s"] }, undefined],
    [{}, { models: ["m"] }, "models"],
    [{ metadata: { route: "external" } }, { route: "internal" }, undefined],
  ])("constraints: %j against %j", (terms, constraints, failing) => {
    const result = match(terms, { requirements: { constraints } });
    if (failing === undefined) expect(result).toEqual({ satisfied: true });
    else expect(result).toMatchObject({ failures: [{ clause: "constraints", path: `constraints.${failing}` }] });
  });

  test("assumptions: tokens, bytes, media type", () => {
    const limit = { constraints: { context_length: { max_tokens: 10 }, max_bytes: 5, media_types: ["text/plain"] } };
    expect(match(limit, { size: { input_tokens: 8, max_output_tokens: 2, bytes: 5 }, data: { media_type: "text/plain" } }).satisfied).toBe(true);
    const failing = match(limit, { size: { input_tokens: 9, max_output_tokens: 2, bytes: 6 }, data: { media_type: "image/png" } }, { all: true });
    expect(failing).toMatchObject({ failures: [{ path: "size.tokens", found: 10, expected: 11 }, { path: "size.bytes" }, { path: "data.media_type" }] });
    expect(match(limit, {}).satisfied).toBe(true);
    const models = { ...limit, models: [{ id: "m", context_tokens: 20, max_output_tokens: 6 }] };
    expect(match(models, { size: { input_tokens: 14 } }, { model: "m" }).satisfied).toBe(true);
    expect(match(models, { size: { input_tokens: 15 } }, { model: "m" }).satisfied).toBe(false);
    expect(match(models, { size: { input_tokens: 15, max_output_tokens: 5 } }, { model: "m" }).satisfied).toBe(true);
  });

  test("a pair that is not listed satisfies nothing", () => {
    expect(match({ models: [{ id: "m" }] }, {})).toMatchObject({ satisfied: false });
    expect(match({}, {}, { model: "m" })).toMatchObject({ satisfied: false });
  });

  test("what is satisfied shares something", () => {
    fc.assert(fc.property(contract, requestDocument, (c, document) => {
      for (const model of candidateModels(c)) {
        const pair = effectiveContract(c, model);
        if (pair === undefined || !satisfies({ contract: c, model }, demandOf(document)).satisfied) continue;
        const shared = contractIntersection(pair, document.requirements);
        if (document.requirements.capabilities.length > 0) expect(shared.capabilities).not.toEqual([]);
        if (document.requirements.guarantees.length > 0) expect(shared.guarantees).not.toEqual([]);
      }
    }));
  });
});

describe("promises", () => {
  const guarantees: Guarantee[] = [
    { property: "latency", coveragePpm: 990_000, bound: { maxUs: 900 } },
    { property: "latency", coveragePpm: 950_000, bound: { maxUs: 500 } },
    { property: "accuracy", coveragePpm: 1_000_000, bound: { minMicros: 3 } },
  ];

  test("the smallest max and the largest min at a coverage or above", () => {
    expect(promised(guarantees, "latency", 950_000)).toEqual({ max: 500 });
    expect(promised(guarantees, "latency", 960_000)).toEqual({ max: 900 });
    expect(promised(guarantees, "latency", 999_000)).toEqual({});
    expect(promised(guarantees, "accuracy", 1)).toEqual({ min: 3 });
  });

  test("measured latency is never better than declared", () => {
    expect(promisedLatencyUs(guarantees, [], 950_000)).toBe(500);
    expect(promisedLatencyUs(guarantees, [{ property: "latency", coveragePpm: 950_000, bound: { maxUs: 700 } }], 950_000)).toBe(700);
    expect(promisedLatencyUs(guarantees, [{ property: "latency", coveragePpm: 950_000, bound: { maxUs: 100 } }], 950_000)).toBe(500);
    expect(promisedLatencyUs(guarantees, [{ property: "latency", coveragePpm: 500_000, bound: { maxUs: 700 } }], 950_000)).toBeUndefined();
    expect(promisedLatencyUs([], [{ property: "latency", coveragePpm: 950_000, bound: { maxUs: 700 } }], 950_000)).toBeUndefined();
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";

import { contractDigest, contractFromWire, ContractParser, ContractValidator, extendCatalogue, parseRequestValue, problemText, RequestParser, toWireObject, type Problem, type PropertyDefinition, type ServiceContract } from "../src/index.ts";
import { contractDocument } from "./arbitraries.ts";

const parser = new ContractParser();
const HEAD = "service_id: demo\nversion: 1.0.0\n";

function parse(rest: string): ServiceContract {
  return parser.parse(`${HEAD}${rest.includes("capabilities:") ? "" : "capabilities: [a]\n"}${rest}`);
}

function problemsOf(text: string): readonly Problem[] {
  const result = parser.tryParse(text, { file: "bad.yaml" });
  if (result.ok) throw new Error("accepted");
  return result.problems;
}

describe("normalising", () => {
  test("short forms mean what their long forms mean", () => {
    const short = parse("guarantees: { latency_ms: 500, availability: 0.99 }\ncost_per_token: 0.0001\nconstraints: { max_tokens_per_request: 4096 }\nprivacy: { gdpr_compliant: true, soc2_compliant: true }\naccess: { required_trust_level: medium }");
    const long = parse(`guarantees:
  latency: { property: latency_ms, coverage: 0.95, bound: { max: "500" } }
  availability: [{ property: availability, bound: { min: 0.990 } }]
cost: { model: per_token, token_cost: 1e-4, base_cost: 0, currency: USD }
constraints: { context_length: { max_tokens: 4096 } }
privacy: { compliance: [soc2, gdpr, gdpr] }
access: { required_trust_level: 5, match: any }`);
    expect(contractDigest(short)).toBe(contractDigest(long));
  });

  test("digests are stable under key order, comments, spelling, x- keys and format", () => {
    fc.assert(fc.property(contractDocument, (document) => {
      const digest = contractDigest(parser.parseValue(document));
      const reversed = Object.fromEntries(Object.entries({ ...document, "x-note": 1 }).reverse());
      const { service_id: id, ...rest } = document;
      const { version, ...beside } = rest;
      for (const text of [JSON.stringify(document), `# note\n${stringify(reversed)}# end`, stringify({ service: { id, ...rest } }), stringify({ ...beside, service: { version, id } })]) {
        expect(contractDigest(parser.parse(text))).toBe(digest);
      }
    }), { numRuns: 40 });
  });

  test("examples are a set of texts; none said and none listed are the same, and change no digest", () => {
    const told = parse("metadata: { examples: [which language is this, Is it Polish?, which language is this] }");
    expect(told.metadata.examples).toEqual(["Is it Polish?", "which language is this"]);
    expect(contractFromWire(toWireObject(told))).toEqual(told);
    expect(contractDigest(parse("metadata: { examples: [] }"))).toBe(contractDigest(parse("metadata: {}")));
    expect(Object.keys(parse("metadata: {}").metadata)).toEqual(["tags"]);
    expect(problemsOf('service_id: a\nversion: 1.0.0\nmetadata: { examples: [""] }').some(({ path }) => path === "metadata.examples[0]")).toBe(true);
  });

  test("money is read from its text", () => {
    const cost = parse("cost: { model: per_token, base_cost: 0.10, input_token: 0.0000001, output_token: 1e-12, currency: EUR }").cost;
    expect(cost).toEqual({ model: "per_token", currency: "EUR", basePico: 100_000_000_000, inputTokenPico: 100_000, outputTokenPico: 1, secondPico: 0 });
    expect(parse("cost: { base_cost: 0.1234567890123456 }").cost?.basePico).toBe(123_456_789_013);
  });

  test("a double in memory is a decimal up to 15 significant digits", () => {
    const costing = (base_cost: unknown): boolean =>
      parser.tryParseValue({ service_id: "a", version: "1.0.0", capabilities: [], cost: { base_cost } }).ok;
    expect(costing(0.3)).toBe(true);
    expect(costing(123456789012345e-12)).toBe(true);
    expect(costing(0.1 + 0.2)).toBe(false);
    expect(costing("0.30000000000000004")).toBe(true);
  });

  test("extensions are dropped, but not from what is the author's own", () => {
    const { capabilities, api } = parse("x-team: { a: 1 }\ncapabilities: [{ type: a, x-note: 1, parameters: { x-n: 2 } }]\napi: { protocol: inprocess, x-b: 1, endpoints: [{ input_schema: { x-order: 15, max_items: 2 } }] }");
    expect(capabilities).toEqual([{ type: "a", parameters: {} }]);
    expect(api.endpoints).toEqual([{ inputSchema: { "x-order": 15, max_items: 2 } }]);
  });

  test("an inline schema holds no fractions, since certificates hold none", () => {
    const [problem] = problemsOf(`${HEAD}capabilities: [a]\napi: { protocol: inprocess, endpoints: [{ output_schema: { type: number, minimum: 0.5 } }] }`);
    expect(problem).toMatchObject({ path: "api.endpoints[0].output_schema.minimum", found: "a fraction" });
  });

  test("offers widen", () => {
    const { guarantees, capabilities } = parse('capabilities: [{ type: a, accuracy: { min: 0.90000009, max: 0.99999901 } }]\nguarantees: [{ property: latency_ms, coverage: 0.9500009, bound: { min: 0.0019, max: 1.0001 } }]');
    expect(guarantees).toEqual([{ property: "latency", coveragePpm: 950_000, bound: { minUs: 1, maxUs: 1001 } }]);
    expect(capabilities[0]?.parameters["accuracy"]).toEqual({ minMicros: 900_000, maxMicros: 1_000_000 });
  });

  test("trivial ends are dropped, and what is then empty is refused", () => {
    expect(parse("guarantees: [{ property: availability, bound: { min: 0.5, max: 1 } }]").guarantees[0]?.bound).toEqual({ minMicros: 500_000 });
    expect(problemsOf(`${HEAD}capabilities: [a]\nguarantees: { availability: { bound: { min: 0, max: 1.5 } } }`)).toMatchObject([
      { path: "guarantees.availability.bound", found: "a bound that every value meets" },
    ]);
  });

  test("spellings of latency name their coverage", () => {
    const { guarantees } = parse("guarantees: { p50_latency_ms: 10, p99_latency_ms: 30, latency_ms: 20, p999_latency_ms: 40 }");
    expect(guarantees.map(({ coveragePpm }) => coveragePpm).sort()).toEqual([500_000, 950_000, 990_000, 999_000]);
    expect(new Set(guarantees.map(({ property }) => property))).toEqual(new Set(["latency"]));
  });

  test("determinism is a degree", () => {
    for (const [seed, min] of [["true", 500_000], ["false", 1_000_000]] as const) {
      expect(parse(`guarantees: { determinism: { property: deterministic_output, bound: { seed_required: ${seed} } } }`).guarantees[0]?.bound).toEqual({ minMicros: min });
    }
    expect(parse("guarantees: { deterministic_output: true }").guarantees[0]?.bound).toEqual({ minMicros: 1_000_000 });
  });

  test("a model's overrides are applied", () => {
    const { models } = parse(`capabilities: [{ type: a, n: 1 }, b]
guarantees: { latency_ms: 500, availability: 0.9 }
cost: { model: per_token, base_cost: 1, token_cost: 2, currency: EUR }
models:
  - { id: z }
  - { id: m, capabilities: [{ type: a, n: 2 }], guarantees: { p99_latency_ms: 9 }, cost: { output_token: 3 } }
  - { id: f, cost: { model: free } }`);
    expect(models.map((model) => model.id)).toEqual(["f", "m", "z"]);
    expect(models[2]).toEqual({ id: "z" });
    expect(models[1]).toEqual({
      id: "m",
      capabilities: [{ type: "a", parameters: { n: { minMicros: 2_000_000, maxMicros: 2_000_000 } } }, { type: "b", parameters: {} }],
      guarantees: [
        { property: "latency", coveragePpm: 990_000, bound: { maxUs: 9000 } },
        { property: "availability", coveragePpm: 1_000_000, bound: { minMicros: 900_000 } },
      ],
      cost: { model: "per_token", currency: "EUR", basePico: 1e12, inputTokenPico: 2e12, outputTokenPico: 3e12, secondPico: 0 },
    });
    expect(models[0]?.cost).toMatchObject({ model: "free", currency: "EUR", basePico: 0, inputTokenPico: 0 });
  });

  test("a team's own property is known once it is registered", () => {
    const text = `${HEAD}capabilities: [a]\nguarantees: { warmth: 0.5 }`;
    expect(problemsOf(text)).toMatchObject([{ path: "guarantees.warmth", found: 'the unknown key "warmth"' }]);
    const catalogue = extendCatalogue({
      name: "warmth", unit: "micros", direction: "higher", ratio: true, row: "accuracy", defaultCoveragePpm: 1_000_000,
      spellings: [{ spelling: "warmth", digits: 6 }],
    });
    expect(new ContractParser({ catalogue }).parse(text).guarantees[0]).toMatchObject({ property: "warmth", bound: { minMicros: 500_000 } });
  });
});

describe("a team's own", () => {
  const carbon = {
    name: "carbon", unit: "micros", direction: "lower", ratio: false, defaultCoveragePpm: 1_000_000,
    row: { seq: "sum", par: "sum", fallback: "sum", retry: "times" }, spellings: [{ spelling: "carbon_grams", digits: 6 }],
  } as const;

  test("property with an algebra of its own is read in contracts and requests, in short and long forms", () => {
    const catalogue = extendCatalogue(carbon);
    expect(new ContractParser({ catalogue }).parse(`${HEAD}capabilities: [a]\nguarantees: { carbon_grams: 0.2500001 }`).guarantees).toEqual([{ property: "carbon", coveragePpm: 1_000_000, bound: { maxMicros: 250_001 } }]);
    const demand = { requirements: { capabilities: [{ type: "a" }], guarantees: [{ property: "carbon_grams", coverage: "0.9", bound: { max: "0.3" } }] } };
    expect(new RequestParser({ catalogue }).parseValue(demand).requirements.guarantees).toEqual([{ property: "carbon", coveragePpm: 900_000, bound: { maxMicros: 300_000 } }]);
    expect(() => parseRequestValue(demand)).toThrow("carbon_grams");
  });

  test.each([
    ["a name that no certificate holds", { name: "Carbon" }, "expected a name of small letters"],
    ["a spelling that no file has", { spellings: [{ spelling: "carbon-grams", digits: 6 }] }, "expected a name of small letters"],
    ["a taken name", { name: "latency" }, "is taken"],
    ["a coverage of nothing", { defaultCoveragePpm: 0 }, "no integer from 1"],
    ["shares that add up", { ratio: true }, "cannot be added up"],
    ["an upper bound of whichever is less", { row: { ...carbon.row, fallback: "min" } }, "whichever answers"],
    ["the lesser of steps beside what counts every attempt", { row: { ...carbon.row, seq: "min" } }, "one step alone may have run"],
    ["a lower bound of both alternatives", { direction: "higher" }, "whichever answers"],
    ["a lower bound of all attempts", { direction: "higher", row: { ...carbon.row, fallback: "min" } }, "may be the first"],
    ["a spelling that is the name of another", { spellings: [{ spelling: "latency", digits: 6 }] }, "is taken"],
    ["a spelling twice", { spellings: [...carbon.spellings, ...carbon.spellings] }, "is there twice"],
    ["a spelling of a scale that no bound has", { spellings: [{ spelling: "carbon_grams", digits: 99 }] }, "has 99 digits"],
    ["a unit that nobody knows", { unit: "parsec" }, "expected us or micros"],
    ["a direction that nobody knows", { direction: "sideways" }, "expected lower, higher or flag"],
    ["a row that nobody knows", { row: "latencies" }, "found the row latencies"],
    ["no row", { row: undefined }, "found no row"],
    ["an operation that nobody knows", { row: { ...carbon.row, par: "mean" } }, "expected sum, max or min"],
  ])("property is refused with %s", (_name, change, problem) => {
    expect(() => extendCatalogue({ ...carbon, ...change } as PropertyDefinition)).toThrow(problem);
  });

  test("protocol has a name that begins with x-, and needs no address", () => {
    const contract = new ContractParser().parse(`${HEAD}capabilities: [a]\napi: { protocol: x-json-lines }`);
    expect(contract.api.protocol).toBe("x-json-lines");
    expect(new ContractValidator().validate(contract).errors).toEqual([]);
    expect(contractFromWire(toWireObject(contract))).toEqual(contract);
    for (const protocol of ["x-", "x--a", "X-a", "json", `x-${"a".repeat(32)}`]) expect(problemsOf(`${HEAD}capabilities: [a]\napi: { protocol: ${protocol} }`), protocol).toMatchObject([{ path: "api.protocol" }]);
  });
});

describe("problems", () => {
  test("all of a file at once, each with its place", () => {
    const text = `service: { id: Bad, version: 1.0.0, naem: x }
capabilities: [1, { typ: x }]
guarantees:
  latency:
    - { property: latency_ms, bound: { min: 9, max: 1 } }
    - { property: latancy_ms, bound: { max: -5 } }
cost: { model: per_tokn, token_cost: -1, base_cost: 9001 }
api: { protocol: http, base_url: "ftp://host" }
access: { required_trust_level: hgh }
models: [{ id: a, competence: 2 }]
`;
    const problems = problemsOf(text);
    expect(problems.map(({ line, path, didYouMean }) => [line, path, didYouMean])).toEqual([
      [1, "service.id", undefined],
      [1, "service.naem", "name"],
      [2, "capabilities[0]", undefined],
      [2, "capabilities[1].type", undefined],
      [5, "guarantees.latency[0].bound.min", undefined],
      [6, "guarantees.latency[1].property", "latency_ms"],
      [7, "cost.model", "per_token"],
      [7, "cost.token_cost", undefined],
      [7, "cost.base_cost", undefined],
      [8, "api.base_url", undefined],
      [9, "access.required_trust_level", "high"],
      [10, "models[0].competence", undefined],
    ]);
    expect(() => parser.parse(text, { file: "bad.yaml" })).toThrow(
      expect.objectContaining({ code: "InvalidContract", details: { problems } }) as Error,
    );
    expect(problems.map(problemText)[1]).toMatch(/^bad\.yaml:1:37 service\.naem: found the unknown key "naem", expected .*; did you mean "name"\?$/);
  });

  test("columns point at the value, or at what lacks it", () => {
    expect(problemsOf(`${HEAD}capabilities: [a]\nconstraints:\n  max_bytes:   -1\n`)).toMatchObject([{ line: 5, column: 16, path: "constraints.max_bytes" }]);
    expect(problemsOf("service_id: a\ncapabilities: []")).toMatchObject([{ line: 1, column: 1, path: "version", found: "nothing" }]);
  });

  test("secrets are never repeated", () => {
    const secret = "sk-very-secret";
    for (const api of [
      `{ protocol: http, auth: { scheme: bearer, secret: ${secret} } }`,
      `{ protocol: http, auth: { scheme: ${secret}, secret: env:A } }`,
      `{ protocol: http, base_url: "https://user:${secret}@host/" }`,
      `{ protocol: http, base_url: "${secret}" }`,
      `{ protocol: http, auth: { scheme: bearer, secret: [${secret}] } }`,
      `{ protocol: http, auth: ${secret} }`,
      `{ protocol: http, auth: { scheme: bearer, secret: "env:A" ${secret} } }`,
    ]) {
      const problems = problemsOf(`${HEAD}capabilities: [a]\napi: ${api}`);
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toContain(secret);
    }
  });

  test.each([
    ["javascript:alert(1)", "http"],
    ["file:///etc/passwd", "http"],
    ["https://user@host", "without"],
  ])("the address %s is refused", (address, expected) => {
    const problems = problemsOf(`${HEAD}capabilities: [a]\napi: { protocol: http, base_url: "${address}" }`);
    expect(problems).toMatchObject([{ path: "api.base_url" }]);
    expect(problems[0]?.expected).toContain(expected);
  });

  test.each([
    ["cost: { token_cost: -0.1 }", "cost.token_cost"],
    ["cost: { token_cost: 9000.000000000001 }", "cost.token_cost"],
    ["cost: { model: free, token_cost: 1 }", "cost.model"],
    ["cost: { currency: USD }", "cost.model"],
    ["cost: { token_cost: 1 }\ncost_per_token: 1", "cost_per_token"],
    ["guarantees: { latency: 500 }", "guarantees.latency"],
    ["guarantees: [{ property: p95_latency_ms, coverage: 0.9, bound: { max: 1 } }]", "guarantees[0].coverage"],
    ["guarantees: [{ property: latency_ms, coverage: 0, bound: { max: 1 } }]", "guarantees[0].coverage"],
    ["guarantees: [{ property: availability, bound: { min: 1.1 } }]", "guarantees[0].bound.min"],
    ["privacy: { data_retention: days:0 }", "privacy.data_retention"],
    ["privacy: null", "privacy"],
    ["models: [{ id: a }, { id: a }]", "models[1].id"],
    ["api: { protocol: http, endpoints: [{ path: x, output_schema: ../up.json }] }", "api.endpoints[0].path"],
    ["description: 12", "description"],
    ["constraints: { max_bytes: 1.5 }", "constraints.max_bytes"],
    ["constraints: { max_bytes: 0x10 }", "constraints.max_bytes"],
    ["<<: { access: { public: true } }", "<<"],
    ["service: { id: demo }", "service_id"],
  ])("%s is refused", (rest, path) => {
    expect(problemsOf(`${HEAD}capabilities: [a]\n${rest}`).map((problem) => problem.path)).toContain(path);
  });
});

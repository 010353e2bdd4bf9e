import { describe, expect, test } from "vitest";

import { ContractParser, ContractValidator, type ServiceContract } from "../src/index.ts";

const parser = new ContractParser();
const validator = new ContractValidator();
const open = { access: { public: true } };

function paths(terms: Record<string, unknown>): { errors: string[]; warnings: string[] } {
  const contract = parser.parseValue({ service_id: "s", version: "1.0.0", capabilities: ["a.b"], ...open, ...terms });
  const { errors, warnings } = validator.validate(contract);
  return { errors: errors.map((finding) => finding.path), warnings: warnings.map((finding) => finding.path) };
}

const http = (api: Record<string, unknown>): Record<string, unknown> => ({ api: { protocol: "http", base_url: "http://h", endpoints: [{ path: "/" }], ...api } });

describe("contract validator", () => {
  test.each<[string, Record<string, unknown>, string[], string[]]>([
    ["a plain in-process service", {}, [], []],
    ["http with all it needs", http({ endpoints: [{ path: "/", capability: "a" }] }), [], []],
    ["nobody authorised", { access: {} }, [], ["access"]],
    ["public and permissions", { access: { public: true, required_permissions: ["p"] } }, [], ["access.required_permissions"]],
    ["http without an address", { api: { protocol: "http", endpoints: [{ path: "/" }] } }, ["api.base_url"], []],
    ["http without endpoints", http({ endpoints: [] }), ["api.endpoints"], []],
    ["an endpoint without a path", http({ endpoints: [{}] }), ["api.endpoints[0].path"], []],
    ["an endpoint of what is not offered", http({ endpoints: [{ path: "/", capability: "c" }] }), ["api.endpoints[0].capability"], ["api.endpoints"]],
    ["mcp over http without an address", { api: { protocol: "mcp", endpoints: [{ tool: "t" }] } }, ["api.base_url"], []],
    ["mcp over stdio", { api: { protocol: "mcp", server: "files", endpoints: [{ tool: "t" }] } }, [], []],
    ["mcp over stdio without a server", { api: { protocol: "mcp", transport: "stdio", endpoints: [{ tool: "t" }] } }, ["api.server"], []],
    ["an mcp endpoint without a tool", { api: { protocol: "mcp", server: "files", endpoints: [{}] } }, ["api.endpoints[0].tool"], []],
    ["a service through nats", { api: { protocol: "nats", endpoints: [{ capability: "a.b" }] } }, [], []],
    ["nats with an address", { api: { protocol: "nats", base_url: "http://h" } }, ["api.base_url"], []],
    ["nats with a secret", { api: { protocol: "nats", auth: { scheme: "bearer", secret: "env:A" } } }, ["api.auth"], []],
    ["a header scheme without a header", http({ auth: { scheme: "header", secret: "env:A" } }), ["api.auth.header"], []],
    ["per_token without rates", { cost: { model: "per_token", base_cost: 1 } }, ["cost"], []],
    ["a rate that does not count", { cost: { model: "per_request", base_cost: 1, second_cost: 1 } }, [], ["cost"]],
    ["a type of encryption without encryption", { privacy: { encryption_type: "end_to_end" } }, [], ["privacy.encryption_type"]],
    ["a pair that offers nothing", { capabilities: [] }, [], ["capabilities"]],
    ["more output than context", { models: [{ id: "m", context_tokens: 1, max_output_tokens: 2 }] }, [], ["models[0].max_output_tokens"]],
  ])("%s", (_name, terms, errors, warnings) => {
    expect(paths(terms)).toEqual({ errors, warnings });
  });

  test("a contract made by a program is checked in full", () => {
    const made = parser.parseValue({ service_id: "s", version: "1.0.0", capabilities: ["a"], ...open });
    const broken = (change: Partial<ServiceContract>): string[] => validator.validate({ ...made, ...change }).errors.map((finding) => finding.path);
    expect(broken({ guarantees: [{ property: "latency", coveragePpm: 1, bound: { minUs: 2, maxUs: 1 } }] })).toEqual(["guarantees[0].bound"]);
    expect(broken({ guarantees: [{ property: "latency", coveragePpm: 1, bound: { maxMicros: 1 } }] })).toEqual(["guarantees[0].bound"]);
    expect(broken({ guarantees: [{ property: "latncy", coveragePpm: 1, bound: { maxUs: 1 } }] })).toEqual(["guarantees[0].property"]);
    expect(broken({ guarantees: [{ property: "availability", coveragePpm: 1, bound: { minMicros: 1_000_001 } }] })).toEqual(["guarantees[0].bound"]);
    expect(broken({ cost: { model: "per_token", currency: "usd", basePico: -1, inputTokenPico: 1, outputTokenPico: 1, secondPico: 0 } })).toEqual(["cost.currency", "cost.base_pico"]);
    expect(broken({ capabilities: [{ type: "b", parameters: {} }, { type: "a", parameters: {} }] })).toEqual(["capabilities"]);
  });
});

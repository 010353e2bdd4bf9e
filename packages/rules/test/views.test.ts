import { canonicalJson, type JsonObject } from "@caio/core";
import { describe, expect, test } from "vitest";

import { modelType, requestType, ruleModel, ruleRequest, ruleService, serviceType, type CelType, type StructType } from "../src/index.ts";
import { sampleContract, sampleModel, sampleRequest } from "./support/samples.ts";

describe("ruleRequest", () => {
  test("holds what calculus §3 lists, and nothing else", () => {
    expect(ruleRequest(sampleRequest, { budgetMicros: 5, latencyCoveragePpm: 950_000 })).toEqual({
      labels: ["email", "health", "personal"],
      intent: { categories: ["question"] },
      action: { kind: "read" },
      data: { media_type: "text/plain" },
      size: { input_tokens: 1200, bytes: 3600 },
      limits: { budget_micros: 5, latency_coverage_ppm: 950_000 },
      principal: { tenant: "acme", permissions: ["admin", "chat"], trust: 5 },
      requirements: { capabilities: ["inference.chat", "inference.completion"] },
    });
  });

  test("never holds words of the caller, the payload, who they are or the key", () => {
    const text = canonicalJson(ruleRequest(sampleRequest, {}));
    for (const hidden of ["Which language", "secret words", "someone", sampleRequest.decisionKey]) expect(text).not.toContain(hidden);
  });
});

describe("ruleService", () => {
  test("holds what calculus §3 lists", () => {
    expect(ruleService(sampleContract, null)).toEqual({
      id: "demo-chat",
      name: "Demo chat",
      version: "1.2.0",
      version_major: 1,
      capabilities: ["embeddings", "inference.chat"],
      cost: { model: "per_token", currency: "USD", base_pico: 1, input_token_pico: 2, output_token_pico: 3, second_pico: 0 },
      latency_p50_us: 1_000_000,
      latency_p95_us: 1_000_000,
      latency_p99_us: 2_500_000,
      availability_micros: 999_000,
      accuracy_micros: 900_000,
      privacy: { data_locality: "local", encryption: true, compliance: ["gdpr"], regions: ["eu"] },
      alignment: { safety_level: "high", content_filtering: true },
      access: { required_permissions: ["chat"], match: "any", required_trust_level: 5, tenants: [], public: false },
      constraints: { max_concurrent_requests: 10, rate_limit: { per_minute: 100 }, context_length: { max_tokens: 4096 } },
      metadata: { tags: ["chat"], route: "internal" },
    });
  });

  test("takes capabilities, guarantees and cost from the model where it has them", () => {
    const { cost: serviceCost, ...contract } = sampleContract;
    const view = ruleService(contract, {
      id: "m",
      capabilities: [{ type: "vision", parameters: {} }],
      guarantees: [],
      ...(serviceCost === undefined ? {} : { cost: { ...serviceCost, basePico: 9 } }),
    });
    expect(view).toMatchObject({ capabilities: ["vision"], cost: { base_pico: 9 } });
    for (const name of ["latency_p50_us", "latency_p95_us", "latency_p99_us", "availability_micros", "accuracy_micros"]) expect(view).not.toHaveProperty(name);
    expect(ruleService(contract, sampleModel)).not.toHaveProperty("cost");
  });
});

describe("ruleModel", () => {
  test("holds what is said of the model, and nothing without one", () => {
    expect(ruleModel(sampleModel)).toEqual({ id: "small-1", context_tokens: 8192, max_output_tokens: 2048, competence_micros: 720_000 });
    expect(ruleModel(null)).toEqual({});
  });
});

describe("the schema of conditions", () => {
  test("describes the views: no field is missing in it, and what it calls said is there", () => {
    expectShape(ruleRequest(sampleRequest, { budgetMicros: 1, latencyUs: 1, latencyCoveragePpm: 1, deadlineUs: 1 }), requestType, "request");
    expectShape(ruleService(sampleContract, sampleModel), serviceType, "service");
    expectShape(ruleModel(sampleModel), modelType, "model");
    expectShape(ruleModel(null), modelType, "model");
  });
});

function expectShape(value: JsonObject, type: StructType, path: string): void {
  for (const [name, member] of Object.entries(value)) {
    const field = type.fields[name];
    expect(field, `${path}.${name} has no type`).toBeDefined();
    if (field !== undefined) expectType(member, field.type, `${path}.${name}`);
  }
  for (const [name, field] of Object.entries(type.fields)) if (!field.optional) expect(value, path).toHaveProperty(name);
}

function expectType(value: unknown, type: CelType, path: string): void {
  if (type.kind === "struct") expectShape(value as JsonObject, type, path);
  else if (type.kind === "list") expect(Array.isArray(value), path).toBe(true);
  else expect(typeof value, path).toBe({ int: "number", string: "string", bool: "boolean" }[type.name]);
}

import fc from "fast-check";

import { ContractParser, parseRequestValue, type RequestDocument, type ServiceContract } from "../src/index.ts";

// A small vocabulary, so that offers and demands often meet.
const types = ["inference", "inference.chat", "inference.chat.fast", "embed", "embed.text"];
const regions = ["de", "eu", "us"];
const languages = ["de", "en", "fr"];

const interval = fc
  .tuple(fc.integer({ min: -2, max: 4 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom("min", "max", "both"))
  .map(([low, width, ends]) => ({
    ...(ends === "max" ? {} : { min: low / 4 }),
    ...(ends === "min" ? {} : { max: (low + width) / 4 }),
  }));

const parameterValue = fc.oneof(
  fc.constantFrom<string | boolean | number>("small", "large", true, false, 0.5),
  fc.subarray(languages),
  interval,
);

/** A capability as a document writes it. */
const capabilityDocument = fc.oneof(
  fc.constantFrom(...types),
  fc.record(
    { type: fc.constantFrom(...types), parameters: fc.dictionary(fc.constantFrom("languages", "size", "accuracy"), parameterValue, { maxKeys: 2 }) },
    { requiredKeys: ["type"] },
  ),
);

/** A guarantee as a document writes it. */
const guaranteeDocument = fc.oneof(
  fc.record({
    property: fc.constantFrom("latency_ms", "time_to_first_token_ms", "p99_latency_ms"),
    bound: fc.record({ max: fc.constantFrom(100, 200, "350.5", 500) }),
  }),
  fc.record({
    property: fc.constant("latency_ms"),
    coverage: fc.constantFrom(0.5, 0.95, "0.99", 1),
    bound: fc.record({ max: fc.constantFrom(100, 200, 500), min: fc.constantFrom(0, 50, 100) }, { requiredKeys: ["max"] }),
  }),
  fc.record({
    property: fc.constantFrom("availability", "accuracy", "classification_accuracy"),
    bound: fc.record({ min: fc.constantFrom(0.5, 0.9, "0.99") }),
  }),
);

const modelDocument = fc.record(
  {
    id: fc.constantFrom("a", "b", "c"),
    context_tokens: fc.constantFrom(10, 100, 1000),
    max_output_tokens: fc.constantFrom(5, 50),
    competence: fc.constantFrom(0, 0.5, 1),
    capabilities: fc.array(capabilityDocument, { maxLength: 2 }),
    guarantees: fc.array(guaranteeDocument, { maxLength: 2 }),
    cost: fc.record({ model: fc.constantFrom("per_token", "per_request"), base_cost: fc.constantFrom(0, "0.001"), token_cost: fc.constant("1e-7") }),
  },
  { requiredKeys: ["id"] },
);

/** A contract as a document writes it, in the flat spelling. */
export const contractDocument = fc.record(
  {
    service_id: fc.constantFrom("alpha", "beta", "gamma"),
    version: fc.constantFrom("0.1.0", "1.2.3"),
    name: fc.constantFrom("A", "B"),
    capabilities: fc.array(capabilityDocument, { maxLength: 3 }),
    guarantees: fc.array(guaranteeDocument, { maxLength: 4 }),
    cost: fc.record({ model: fc.constantFrom("per_token", "per_second"), token_cost: fc.constantFrom("0.0000001", 0), second_cost: fc.constantFrom(1, "0.10") }),
    models: fc.uniqueArray(modelDocument, { maxLength: 2, selector: (model) => model.id }),
    privacy: fc.record(
      {
        data_locality: fc.constantFrom("on_device", "local", "private_cloud", "external"),
        encryption: fc.boolean(),
        encryption_type: fc.constantFrom("in_transit", "at_rest", "end_to_end"),
        data_retention: fc.constantFrom("none", "session", "days:7"),
        regions: fc.subarray(regions),
        gdpr_compliant: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    access: fc.record(
      { required_permissions: fc.subarray(["chat", "admin"]), required_trust_level: fc.constantFrom("low", "high", 3), public: fc.boolean() },
      { requiredKeys: [] },
    ),
    constraints: fc.record(
      {
        context_length: fc.record({ max_tokens: fc.constantFrom(10, 100, 1000) }),
        max_bytes: fc.constantFrom(10, 1000),
        media_types: fc.subarray(["text/plain", "image/png"]),
        requires_gpu: fc.boolean(),
        requires_internet: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    metadata: fc.record({ tags: fc.subarray(["x", "y"]), route: fc.constantFrom("internal", "external") }, { requiredKeys: [] }),
  },
  { requiredKeys: ["service_id", "version", "capabilities"] },
);

const parser = new ContractParser();

/** A normalised contract. */
export const contract: fc.Arbitrary<ServiceContract> = contractDocument.map((document) => parser.parseValue(document));

/** A request as a document writes it. */
export const requestDocumentSource = fc.record(
  {
    caio_request: fc.constant(1),
    name: fc.string({ minLength: 1, maxLength: 8, unit: "binary" }),
    intent: fc.record({ text: fc.string({ unit: "binary" }), categories: fc.subarray(["question", "code"]) }, { requiredKeys: [] }),
    action: fc.record({ kind: fc.constantFrom("read", "write", "destructive") }),
    context: fc.array(fc.record({ role: fc.constantFrom("user", "system"), text: fc.string() }), { maxLength: 2 }),
    data: fc.record(
      { labels: fc.subarray(["personal", "health"]), media_type: fc.constantFrom("text/plain", "image/png"), payload: fc.jsonValue({ maxDepth: 3 }).map(withSafeNumbers) },
      { requiredKeys: [] },
    ),
    size: fc.record({ input_tokens: fc.constantFrom(0, 8, 90), max_output_tokens: fc.constantFrom(2, 40), bytes: fc.constantFrom(5, 500) }, { requiredKeys: [] }),
    requirements: fc.record(
      {
        capabilities: fc.array(
          fc.oneof(capabilityDocument, fc.record({ any_of: fc.array(capabilityDocument, { minLength: 1, maxLength: 3 }) })),
          { maxLength: 2 },
        ),
        guarantees: fc.array(guaranteeDocument, { maxLength: 2 }),
        constraints: fc.record(
          {
            max_locality: fc.constantFrom("local", "private_cloud", "external"),
            regions: fc.subarray(regions),
            requires_gpu: fc.boolean(),
            requires_internet: fc.boolean(),
            route: fc.constantFrom("any", "internal"),
            models: fc.subarray(["a", "b"]),
          },
          { requiredKeys: [] },
        ),
        privacy: fc.record({ on_device: fc.boolean(), encryption: fc.constantFrom("any", "end_to_end"), compliance: fc.subarray(["gdpr"]) }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    ),
    limits: fc.record(
      { budget: fc.constantFrom("0.002", 1), currency: fc.constant("USD"), latency_ms: fc.constantFrom(800, "0.5"), latency_coverage: fc.constant("0.95"), deadline_ms: fc.constant(2000) },
      { requiredKeys: [] },
    ),
    policies: fc.subarray(["eu-only", "house"]),
    fallback: fc.boolean(),
    plan: fc.constantFrom(null, "one", { seq: ["one", { par: ["two", "three"] }] }),
  },
  { requiredKeys: [] },
);

/** A normalised request document. */
export const requestDocument: fc.Arbitrary<RequestDocument> = requestDocumentSource.map((source) => parseRequestValue(withoutProto(source)));

/** fast-check likes the key `__proto__`, which the door refuses. */
export function withoutProto(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutProto);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== "__proto__");
  return Object.fromEntries(entries.map(([key, member]) => [key, withoutProto(member)]));
}

/** An integer past 2^53 − 1 is refused, so it is not what these tests are about. */
function withSafeNumbers(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value) ? 1 : value;
  if (Array.isArray(value)) return value.map(withSafeNumbers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withSafeNumbers(member)]));
}

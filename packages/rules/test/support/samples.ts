import type { Model, Request, ServiceContract } from "@caio/contracts";

import { parsePolicySet, type PolicySet } from "../../src/index.ts";

/** The example of the format, word for word. */
export const examplePolicy = `
caio_policy: 1
id: house
currency: USD
rates: { EUR: "1.08" }
weights: { intent: 0.3, attention: 0.2, rl: 0.2, resonance: 0.1, model: 0, cost: 0.1, risk: 0.05, latency: 0.05 }
rl: { width: 0.5 }
limits: { budget: "0.05", latency_ms: 5000, latency_coverage: 0.95, deadline_ms: 30000 }
safety: { forbidden: [weapons], needs_filtering: [self_harm] }
privacy:
  mode: strict
  sensitive: [personal, health, payment_card]
  allowed_labels: { mail-eu: [personal] }
fallback: { max_attempts: 2, after_first_byte: error }
retry: { max_attempts: 1, backoff_ms: 100 }
exploration: { epsilon: 0, max_loss: 0 }
independent: [[asr-a, asr-b]]
monitor: { alpha: 0.01, drift_run_length: 10000 }
control: { excite: 0.2, damp: 0.1, c: 1, m: 0.1, interval: 0.1, e_max: 1 }
rules:
  - id: eu-personal
    priority: 100
    when: '"personal" in request.labels'
    require: 'size(service.privacy.regions) > 0 && service.privacy.regions.all(r, r == "eu")'
    reason: Personal data stays in the EU.
  - id: no-previews
    deny: 'service.version_major < 1'
    reason: Previews are not for production.
  - id: like-local
    prefer: { if: 'service.privacy.data_locality == "local"', amount: 0.05 }
    reason: Local is cheaper to audit.
  - id: human-for-writes
    when: 'request.action.kind == "destructive"'
    oblige: [human_approval, log]
    reason: A person confirms.
`;

/** A policy of the id and rules given, each rule as one flow mapping. */
export function policyOf(id: string, rules: readonly string[], more = ""): PolicySet {
  const lines = rules.map((rule) => `  - ${rule}\n`).join("");
  return parsePolicySet(`caio_policy: 1\nid: ${id}\n${more}${rules.length === 0 ? "" : `rules:\n${lines}`}`);
}

export const sampleModel: Model = { id: "small-1", contextTokens: 8192, maxOutputTokens: 2048, competenceMicros: 720_000 };

export const sampleContract: ServiceContract = {
  serviceId: "demo-chat",
  name: "Demo chat",
  version: "1.2.0",
  capabilities: [
    { type: "inference.chat", parameters: {} },
    { type: "embeddings", parameters: {} },
  ],
  guarantees: [
    { property: "latency", coveragePpm: 950_000, bound: { maxUs: 1_000_000 } },
    { property: "latency", coveragePpm: 990_000, bound: { maxUs: 2_500_000 } },
    { property: "availability", coveragePpm: 1_000_000, bound: { minMicros: 995_000 } },
    { property: "availability", coveragePpm: 500_000, bound: { minMicros: 999_000 } },
    { property: "accuracy", coveragePpm: 1_000_000, bound: { minMicros: 900_000 } },
    { property: "classification_accuracy", coveragePpm: 1_000_000, bound: { minMicros: 990_000 } },
  ],
  cost: { model: "per_token", currency: "USD", basePico: 1, inputTokenPico: 2, outputTokenPico: 3, secondPico: 0 },
  models: [sampleModel],
  privacy: { dataLocality: "local", encryption: true, compliance: ["gdpr"], regions: ["eu"] },
  alignment: { safetyLevel: "high", contentFiltering: true },
  access: { requiredPermissions: ["chat"], match: "any", requiredTrustLevel: 5, tenants: [], public: false },
  constraints: { maxConcurrentRequests: 10, rateLimit: { perMinute: 100 }, contextLength: { maxTokens: 4096 } },
  api: { protocol: "http", baseUrl: "http://localhost:9000", endpoints: [] },
  metadata: { tags: ["chat"], route: "internal" },
};

const zeroField = Array.from({ length: 128 }, () => 0);

export const sampleRequest: Request = {
  document: {
    intent: { text: "Which language is this?", categories: ["question"] },
    action: { kind: "read" },
    context: [],
    data: { labels: ["personal", "health"], mediaType: "text/plain", payload: { text: "secret words" } },
    size: { inputTokens: 900 },
    requirements: {
      capabilities: [
        { anyOf: [{ type: "inference.completion", parameters: {} }, { type: "inference.chat", parameters: {} }] },
        { anyOf: [{ type: "inference.chat", parameters: {} }] },
      ],
      guarantees: [],
      constraints: { regions: [], route: "any", services: [], models: [] },
      privacy: { onDevice: false, compliance: [] },
    },
    limits: {},
    policies: [],
    fallback: true,
    plan: null,
  },
  now: 1_764_000_000_000,
  decisionKey: "0".repeat(64),
  testKey: true,
  principal: {
    subject: "someone",
    issuer: "issuer",
    tenant: "acme",
    permissions: ["chat", "admin"],
    trust: 5,
    evidence: { method: "local" },
  },
  detected: [
    { label: "email", count: 2 },
    { label: "personal", count: 1 },
  ],
  size: { inputTokens: 1200, bytes: 3600 },
  fields: { encoderId: "test", intent: zeroField, context: [] },
};

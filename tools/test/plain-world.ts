import type { Cost, ServiceContract } from "@caio/contracts";
import type { PolicySet } from "@caio/rules";

import type { World, WorldService } from "../reference/world.ts";

/** sin of one high bin: all its energy is in the high band. */
export const TONE = Array.from({ length: 128 }, (_sample, index) =>
  index % 2 === 0 ? [1_000_000, 0, -1_000_000, 0][(index / 2) % 4] ?? 0 : 0,
);

export function plainContract(serviceId: string, change: Partial<ServiceContract> = {}): ServiceContract {
  return {
    serviceId,
    version: "1.0.0",
    capabilities: [{ type: "inference.chat", parameters: {} }],
    guarantees: [],
    models: [],
    privacy: { compliance: [] },
    alignment: {},
    access: { requiredPermissions: [], match: "any", requiredTrustLevel: 0, tenants: [], public: true },
    constraints: {},
    api: { protocol: "inprocess", endpoints: [] },
    metadata: { tags: [] },
    ...change,
  };
}

export function plainService(serviceId: string, change: Partial<ServiceContract> = {}): WorldService {
  return { contract: plainContract(serviceId, change), encoding: TONE, draining: false };
}

export function plainCost(change: Partial<Cost>): Cost {
  return { model: "per_token", currency: "USD", basePico: 0, inputTokenPico: 0, outputTokenPico: 0, secondPico: 0, ...change };
}

export const plainPolicy: PolicySet = {
  id: "house",
  currency: "USD",
  rates: { EUR: 1_080_000_000_000 },
  weights: { intent: 300_000, attention: 200_000, rl: 200_000, resonance: 100_000, model: 0, cost: 100_000, risk: 50_000, latency: 50_000 },
  rl: { widthMicros: 500_000 },
  limits: {},
  safety: { forbidden: [], needsFiltering: [] },
  privacy: { mode: "strict", sensitive: [], allowedLabels: {} },
  fallback: { maxAttempts: 1, afterFirstByte: "error" },
  retry: { maxAttempts: 1, backoffUs: 0 },
  exploration: { epsilonPpm: 0, maxLossMicros: 0 },
  independent: [],
  monitor: { alphaMicros: 10_000, driftRunLength: 10_000 },
  control: { exciteMicros: 0, dampMicros: 0, cMicros: 0, mMicros: 1, intervalMicros: 1, eMaxMicros: 1 },
  rules: [],
};

/** A world that asks for nothing and forbids nothing. */
export function plainWorld(services: readonly WorldService[]): World {
  return {
    services,
    policy: { base: plainPolicy, named: {} },
    history: { version: 1, leaves: [] },
    request: {
      document: {
        intent: { categories: [] },
        action: { kind: "read" },
        context: [],
        data: { labels: [] },
        size: {},
        requirements: {
          capabilities: [],
          guarantees: [],
          constraints: { regions: [], route: "any", services: [], models: [] },
          privacy: { onDevice: false, compliance: [] },
        },
        limits: {},
        policies: [],
        fallback: false,
        plan: null,
      },
      now: 1_764_000_000_000,
      decisionKey: "00".repeat(32),
      testKey: true,
      principal: { subject: "alice", issuer: "house", tenant: "acme", permissions: [], trust: 5, evidence: { method: "local" } },
      detected: [],
      size: {},
      fields: { encoderId: "none", intent: TONE, context: [] },
    },
  };
}

import { contractText, HashingEncoder } from "@caio/control";
import type { HistoryLeaf, Request, ServiceContract } from "@caio/contracts";
import { HistorySnapshot, PolicySnapshot, type DecisionInputs } from "@caio/orchestrator";
import { RegistrySnapshot, type Registration, type RegistryEdit } from "@caio/registry";

import { Dice } from "../worlds/random/dice.ts";
import { demands, extraDemands } from "./world/bench-demands.ts";
import { firingPolicy, guardedPolicy } from "./world/bench-policy.ts";
import { inOrder } from "./world/in-order.ts";

/** |Q| unless said: a capability, an accuracy, a locality, regions, encryption, one compliance flag. */
const USUAL_DEMANDS = 6;
/** The group of services that the request is meant for. */
const ASKED_GROUP = "0";
/** Services of one epoch. */
const BATCH = 1000;

/** How large the world of a benchmark is. */
export interface BenchSize {
  /** |R| */
  readonly services: number;
  /** |P|, rules of the base policy. */
  readonly rules: number;
  /** Pairs of the domain; all of them pass every step, which is the dearest case. */
  readonly candidates: number;
  /** How many of the rules can fire; absent: all of them. */
  readonly firing?: number;
  /** |Q|, demands of the request; 6 unless said. */
  readonly asked?: number;
}

/** A request and what it is decided on. */
export interface BenchWorld {
  readonly request: Request;
  readonly inputs: DecisionInputs;
}

const encoder = new HashingEncoder();

/** A world of that size: what a decision costs if nothing is decided early. */
export function benchWorld(size: BenchSize): BenchWorld {
  const registry = benchRegistry(size);
  return worldOf(size, registry, benchHistory(size));
}

/** A world of parts that were made before. */
export function worldOf(size: BenchSize, registry: RegistrySnapshot, history: HistorySnapshot): BenchWorld {
  const policy = size.firing === undefined ? firingPolicy(size.rules) : guardedPolicy(size.rules, size.firing);
  return {
    request: benchRequest(size.asked ?? USUAL_DEMANDS),
    inputs: {
      registry: { view: registry.view("acme"), logIndex: 3 },
      policy: { snapshot: new PolicySnapshot(1, policy), logIndex: 1 },
      history: { snapshot: history, logIndex: 2 },
    },
  };
}

/** R of a world. */
export function benchRegistry(size: BenchSize): RegistrySnapshot {
  const edits = function* (from: number, to: number): Generator<RegistryEdit> {
    for (let index = from; index < to; index++) yield { kind: "register", ...registrationOf(contractAt(index, size)) };
  };
  let snapshot = RegistrySnapshot.empty;
  for (let from = 0; from < size.services; from += BATCH) snapshot = snapshot.apply([...edits(from, Math.min(size.services, from + BATCH))]);
  return snapshot;
}

/** H of a world: a learned value, a memory field and counts of every pair. */
export function benchHistory({ services }: Pick<BenchSize, "services">): HistorySnapshot {
  return HistorySnapshot.of({ version: 1, leaves: Array.from({ length: services }, (_leaf, index) => leafOf(serviceIdAt(index), new Dice(index))) });
}

/** A contract with its encoding, as it is registered. */
export function registrationOf(contract: ServiceContract): Registration {
  return { contract, encoding: encoder.encode(contractText(contract)), encoderId: encoder.id };
}

function serviceIdAt(index: number): string {
  return `service-${String(index).padStart(5, "0")}`;
}

/**
 * A contract of the world, every one another. `candidates` of them offer the same capability, spread over the whole registry; the first
 * of them is the one that is asked for.
 */
export function contractAt(index: number, { services, candidates, asked = USUAL_DEMANDS }: Pick<BenchSize, "services" | "candidates" | "asked">): ServiceContract {
  const groups = Math.max(1, Math.floor(services / candidates));
  const group = index < groups * candidates ? String(index % groups) : "rest";
  const extra = extraDemands(group === ASKED_GROUP ? asked : 0);
  return {
    serviceId: serviceIdAt(index),
    name: `Service ${String(index)}`,
    version: `1.${String(index % 10)}.0`,
    capabilities: [
      ...extra.types.map((type) => ({ type, parameters: {} })),
      { type: `inference.kind_${group}`, parameters: { languages: ["de", "en", "fr"] } },
    ],
    guarantees: inOrder([
      { property: "accuracy", coveragePpm: 1_000_000, bound: { minMicros: 900_000 + index } },
      { property: "availability", coveragePpm: 1_000_000, bound: { minMicros: 995_000 } },
      { property: "latency", coveragePpm: 950_000, bound: { maxUs: 200_000 + index } },
      { property: "latency", coveragePpm: 990_000, bound: { maxUs: 400_000 + index } },
      ...extra.guarantees,
    ]),
    models: [],
    cost: { model: "per_token", currency: "USD", basePico: 0, inputTokenPico: 3_000_000, outputTokenPico: 15_000_000, secondPico: 0 },
    privacy: { dataLocality: "local", encryption: true, encryptionType: "end_to_end", dataRetention: "session", compliance: [...extra.compliance, "gdpr"].sort(), regions: ["eu", "us"] },
    alignment: { safetyLevel: "high", contentFiltering: true, biasMitigation: true },
    access: { requiredPermissions: ["chat"], match: "any", requiredTrustLevel: 2, tenants: [], public: false },
    constraints: { contextLength: { maxTokens: 128_000 }, requiresGpu: false, requiresInternet: false },
    api: { protocol: "http", baseUrl: "http://localhost:9000", endpoints: [{ path: "/run", outputSchema: { type: "object" } }] },
    metadata: { tags: ["bench"], route: "internal", provider: "house" },
  };
}

function leafOf(service: string, dice: Dice): HistoryLeaf {
  const ratios = (length: number): number[] => Array.from({ length }, () => dice.ratio());
  const inverse = Array.from({ length: 256 }, (_entry, at) => (at % 17 === 0 ? 0.5 : 0));
  return {
    service,
    model: null,
    health: "healthy",
    promises: [],
    outcomes: 500,
    violations: 1,
    learned: { theta: ratios(16), inverse },
    memory: ratios(128),
  };
}

function benchRequest(asked: number): Request {
  const text = "Which of these letters are in French?";
  return {
    document: {
      intent: { text, categories: ["question"] },
      action: { kind: "read" },
      context: [{ role: "user", text: "Letters from the archive." }],
      data: { labels: [], mediaType: "text/plain" },
      size: { inputTokens: 800, maxOutputTokens: 400 },
      requirements: demands(asked),
      limits: { budgetMicros: 1_000_000, latencyUs: 1_000_000, deadlineUs: 2_000_000 },
      policies: [],
      fallback: false,
      plan: null,
    },
    now: 1_764_000_000_000,
    decisionKey: "07".repeat(32),
    testKey: true,
    principal: {
      subject: "alice",
      issuer: "house",
      tenant: "acme",
      permissions: ["chat"],
      trust: 8,
      evidence: { method: "jwt", alg: "ES256", keyId: "k1", exp: 1_764_000_900 },
    },
    detected: [],
    size: { inputTokens: 800, maxOutputTokens: 400 },
    fields: { encoderId: encoder.id, intent: encoder.encode(text), context: [encoder.encode("Letters from the archive.")] },
  };
}

import { contractText, HashingEncoder } from "@caio/control";
import { toWire, type Guarantee, type HistoryLeaf, type Request, type ServiceContract } from "@caio/contracts";
import { canonicalJson } from "@caio/core";
import { HistorySnapshot, PolicySnapshot, type DecisionInputs } from "@caio/orchestrator";
import { RegistrySnapshot } from "@caio/registry";
import { parsePolicySet, type Rule } from "@caio/rules";

import { Dice } from "../worlds/random/dice.ts";

/** How large the world of a benchmark is. */
export interface BenchSize {
  /** |R| */
  readonly services: number;
  /** |P|, rules of the base policy. */
  readonly rules: number;
  /** Pairs of the domain; all of them pass every step, which is the dearest case. */
  readonly candidates: number;
}

/** A request and what it is decided on. */
export interface BenchWorld {
  readonly request: Request;
  readonly inputs: DecisionInputs;
}

const encoder = new HashingEncoder();

/** A world of that size: what a decision costs if nothing is decided early. */
export function benchWorld(size: BenchSize): BenchWorld {
  const contracts = Array.from({ length: size.services }, (_service, index) => contractAt(index, size));
  const { snapshot } = RegistrySnapshot.empty.change(
    contracts.map((contract) => ({
      kind: "register" as const,
      contract,
      encoding: encoder.encode(contractText(contract)),
      encoderId: encoder.id,
    })),
  );
  const history = { version: 1, leaves: contracts.map((contract, index) => leafOf(contract, new Dice(index))) };
  return {
    request: benchRequest(),
    inputs: {
      registry: { view: snapshot.view("acme"), logIndex: 3 },
      policy: { snapshot: new PolicySnapshot(1, policyOf(size.rules)), logIndex: 1 },
      history: { snapshot: HistorySnapshot.of(history), logIndex: 2 },
    },
  };
}

function contractAt(index: number, { candidates }: BenchSize): ServiceContract {
  const group = Math.floor(index / candidates);
  return {
    serviceId: `service-${String(index).padStart(5, "0")}`,
    name: `Service ${String(index)}`,
    version: `1.${String(index % 10)}.0`,
    capabilities: [{ type: `inference.kind_${String(group)}`, parameters: { languages: ["de", "en", "fr"] } }],
    guarantees: inOrder([
      { property: "accuracy", coveragePpm: 1_000_000, bound: { minMicros: 900_000 + index } },
      { property: "availability", coveragePpm: 1_000_000, bound: { minMicros: 995_000 } },
      { property: "latency", coveragePpm: 950_000, bound: { maxUs: 200_000 + index } },
      { property: "latency", coveragePpm: 990_000, bound: { maxUs: 400_000 + index } },
    ]),
    models: [],
    cost: { model: "per_token", currency: "USD", basePico: 0, inputTokenPico: 3_000_000, outputTokenPico: 15_000_000, secondPico: 0 },
    privacy: { dataLocality: "local", encryption: true, encryptionType: "end_to_end", dataRetention: "session", compliance: ["gdpr"], regions: ["eu", "us"] },
    alignment: { safetyLevel: "high", contentFiltering: true, biasMitigation: true },
    access: { requiredPermissions: ["chat"], match: "any", requiredTrustLevel: 2, tenants: [], public: false },
    constraints: { contextLength: { maxTokens: 128_000 }, requiresGpu: false, requiresInternet: false },
    api: { protocol: "http", baseUrl: "http://localhost:9000", endpoints: [{ path: "/run", outputSchema: { type: "object" } }] },
    metadata: { tags: ["bench"], route: "internal", provider: "house" },
  };
}

/** By canonical JSON, as a contract's parser puts them. */
function inOrder(guarantees: readonly Guarantee[]): readonly Guarantee[] {
  const textOf = (guarantee: Guarantee): string => canonicalJson(toWire(guarantee));
  return [...guarantees].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

function leafOf({ serviceId }: ServiceContract, dice: Dice): HistoryLeaf {
  const ratios = (length: number): number[] => Array.from({ length }, () => dice.ratio());
  const inverse = Array.from({ length: 256 }, (_entry, at) => (at % 17 === 0 ? 0.5 : 0));
  return {
    service: serviceId,
    model: null,
    health: "healthy",
    promises: [],
    outcomes: 500,
    violations: 1,
    learned: { theta: ratios(16), inverse },
    memory: ratios(128),
  };
}

function policyOf(count: number): ReturnType<typeof parsePolicySet> {
  const base = parsePolicySet("{ caio_policy: 1, id: bench, currency: USD }", { file: "bench.yaml" });
  return { ...base, rules: Array.from({ length: count }, (_rule, index) => ruleAt(index)) };
}

/** Every fourth rule of another kind, and every other one guarded: none rejects. */
function ruleAt(index: number): Rule {
  const rule = { id: `rule-${String(index).padStart(4, "0")}`, priority: 0, reason: "Benchmark." };
  const when = index % 2 === 0 ? {} : { when: `"chat" in request.principal.permissions && request.principal.trust >= ${String(index % 5)}` };
  const bound = String(1_000_000 + index);
  if (index % 4 === 0) return { ...rule, ...when, effect: { kind: "require", condition: `service.latency_p95_us < ${bound} && service.privacy.encryption` } };
  if (index % 4 === 1) return { ...rule, ...when, effect: { kind: "deny", condition: `service.privacy.regions.exists(r, r == "kind-${String(index)}")` } };
  if (index % 4 === 2) return { ...rule, ...when, effect: { kind: "prefer", condition: `service.version_major >= 1 && service.id != "x${String(index)}"`, amountMicros: 1_000 } };
  return { ...rule, ...when, effect: { kind: "require", condition: `service.access.required_trust_level < ${String(5 + (index % 5))}` } };
}

function benchRequest(): Request {
  const text = "Which of these letters are in French?";
  return {
    document: {
      intent: { text, categories: ["question"] },
      action: { kind: "read" },
      context: [{ role: "user", text: "Letters from the archive." }],
      data: { labels: [], mediaType: "text/plain" },
      size: { inputTokens: 800, maxOutputTokens: 400 },
      requirements: {
        capabilities: [{ anyOf: [{ type: "inference.kind_7", parameters: { languages: ["fr"] } }] }],
        guarantees: [{ property: "accuracy", coveragePpm: 1_000_000, bound: { minMicros: 850_000 } }],
        constraints: { maxLocality: "private_cloud", regions: ["eu", "us"], route: "any", services: [], models: [] },
        privacy: { onDevice: false, encryption: "any", compliance: ["gdpr"] },
      },
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

import { HashingEncoder } from "@caio/control";
import type { HistoryLeaf, Request, ServiceContract } from "@caio/contracts";
import { HistorySnapshot, PolicySnapshot, type DecisionInputs } from "@caio/orchestrator";
import { RegistrySnapshot, type RegistryView } from "@caio/registry";
import { parsePolicySet, type PolicySet, type Rule } from "@caio/rules";

import { benchHistory, registrationOf } from "../../bench/bench-world.ts";
import { celCondition, celWhen } from "./cel-texts.ts";
import { COST_WEIGHT_MICROS, LATENCY_WEIGHT_MICROS, type RequestFacts, type RuleFacts, type ServiceFacts, type Shop } from "./facts.ts";

const encoder = new HashingEncoder();
const CERTAIN = 1_000_000;

/** A shop as this project sees it. */
export interface CaioShop {
  readonly requests: readonly Request[];
  readonly inputsFor: (tenant: string) => DecisionInputs;
}

export function caioShop({ services, rules, requests }: Shop): CaioShop {
  const snapshot = RegistrySnapshot.empty.apply(services.map((service) => ({ kind: "register", ...registrationOf(contractOf(service)) })));
  const policy = { snapshot: new PolicySnapshot(1, policyOf(rules)), logIndex: 1 };
  const history = { snapshot: HistorySnapshot.of({ version: 1, leaves: leavesOf(services) }), logIndex: 2 };
  const views = new Map<string, RegistryView>();
  return {
    requests: requests.map(requestOf),
    inputsFor: (tenant) => {
      const view = views.get(tenant) ?? snapshot.view(tenant);
      views.set(tenant, view);
      return { registry: { view, logIndex: 3 }, policy, history };
    },
  };
}

/** Everything was learned of every service: it is read and scored, though the policy gives it no weight. */
function leavesOf(services: readonly ServiceFacts[]): readonly HistoryLeaf[] {
  const { history } = benchHistory({ services: services.length });
  return services.map(({ id, healthy }, index) => {
    const leaf = history.leaves[index];
    if (leaf === undefined) throw new Error("H has a leaf for every service.");
    return { ...leaf, service: id, health: healthy ? "healthy" : "unhealthy" };
  });
}

function policyOf(rules: readonly RuleFacts[]): PolicySet {
  const base = parsePolicySet("{ caio_policy: 1, id: shop, currency: USD }", { file: "shop.yaml" });
  const none = Object.fromEntries(Object.keys(base.weights).map((term) => [term, 0])) as unknown as PolicySet["weights"];
  return { ...base, weights: { ...none, cost: COST_WEIGHT_MICROS, latency: LATENCY_WEIGHT_MICROS }, rules: rules.map(ruleOf) };
}

function ruleOf(rule: RuleFacts): Rule {
  const when = rule.when.length === 0 ? {} : { when: celWhen(rule.when) };
  const condition = celCondition(rule.terms);
  const effect = rule.effect === "prefer" ? { kind: rule.effect, condition, amountMicros: rule.amountMicros } : { kind: rule.effect, condition };
  return { id: rule.id, priority: 0, reason: "Shop.", ...when, effect };
}

function contractOf(service: ServiceFacts): ServiceContract {
  const { id, kind, languages, versionMajor, locality, encrypted, endToEnd, regions, permissions, trustRequired, tenants, provider, tags } = service;
  return {
    serviceId: id,
    version: `${String(versionMajor)}.0.0`,
    capabilities: [{ type: kind, parameters: { languages } }],
    guarantees: [
      { property: "accuracy", coveragePpm: CERTAIN, bound: { minMicros: service.accuracyMicros } },
      { property: "latency", coveragePpm: 950_000, bound: { maxUs: service.latencyP95Us } },
    ],
    models: [],
    cost: { model: "per_token", currency: "USD", basePico: service.basePico, inputTokenPico: service.inputTokenPico, outputTokenPico: service.outputTokenPico, secondPico: 0 },
    privacy: { dataLocality: locality, encryption: encrypted, ...(endToEnd ? { encryptionType: "end_to_end" as const } : {}), compliance: [], regions },
    alignment: { safetyLevel: "high", contentFiltering: true },
    access: { requiredPermissions: permissions, match: "any", requiredTrustLevel: trustRequired, tenants, public: false },
    constraints: {},
    api: { protocol: "http", baseUrl: "http://localhost:9000", endpoints: [{ path: "/run" }] },
    metadata: { tags, provider, route: "internal" },
  };
}

function requestOf(facts: RequestFacts): Request {
  const { text, kind, language, categories, labels, action, inputTokens, maxOutputTokens, tenant, permissions, trust } = facts;
  const size = { inputTokens, maxOutputTokens };
  return {
    document: {
      intent: { text, categories },
      action: { kind: action },
      context: [],
      data: { labels },
      size,
      requirements: {
        capabilities: [{ anyOf: [{ type: kind, parameters: { languages: [language] } }] }],
        guarantees: [{ property: "accuracy", coveragePpm: CERTAIN, bound: { minMicros: facts.minAccuracyMicros } }],
        constraints: { maxLocality: facts.maxLocality, regions: facts.regions, route: "any", services: [], models: [] },
        privacy: { onDevice: false, compliance: [] },
      },
      limits: { budgetMicros: facts.budgetMicros, latencyUs: facts.latencyUs },
      policies: [],
      fallback: false,
      plan: null,
    },
    now: 1_764_000_000_000,
    decisionKey: "07".repeat(32),
    testKey: true,
    principal: { subject: "alice", issuer: "house", tenant, permissions, trust, evidence: { method: "jwt", alg: "ES256", keyId: "k1", exp: 1_764_000_900 } },
    detected: [],
    size,
    fields: { encoderId: encoder.id, intent: encoder.encode(text), context: [] },
  };
}

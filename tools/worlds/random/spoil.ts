import type { Privacy, ServiceContract } from "@caio/contracts";
import type { Rule, RuleEffect } from "@caio/rules";

import { confidentiality, maturity, promisedLatency, riskOf, worstCaseCost, type Promised } from "../../reference/limits.ts";
import { effectivePolicy } from "../../reference/objects.ts";
import type { World } from "../../reference/world.ts";
import { visiblePairs, withTraits } from "./boundary.ts";
import { keepRules, mapContracts, withBase, withConstraints, withDocument, withLimits, withPrivacy, withRequest, withRequirements, without } from "./change.ts";
import type { Dice } from "./dice.ts";
import { latencyWithin } from "./guarantee.ts";
import { inRuleOrder } from "./policy.ts";
import { invalidEvidence } from "./request.ts";
import type { Theme } from "./setting.ts";
import { UNKNOWN_CURRENCY } from "./vocabulary.ts";

/** Makes a world end, more often than not, in the refusal that its theme names. */
export function spoil(dice: Dice, world: World, theme: Theme): World {
  if (theme === "plain" || theme === "ties") return world;
  if (theme === "matching") return unmatched(dice, world);
  if (theme === "rules") return againstRules(dice, world);
  const lenient = keepRules(world, (rule) => rule.effect.kind === "oblige" && rule.when === undefined);
  if (theme === "security") return insecure(dice, lenient);
  if (theme === "safety") return unsafe(dice, lenient);
  const harmless = withDocument(withRequest(lenient, { detected: [] }), {
    intent: { categories: ["question"] },
    action: { kind: "read" },
    data: { labels: [] },
  });
  if (theme === "policy") return againstPolicy(dice, harmless);
  const open = withPrivacy(harmless, { onDevice: false, encryption: "any", compliance: [] });
  const asked = withRequirements(open, { privacy: without(open.request.document.requirements.privacy, "encryption") });
  if (theme === "traits") return againstTraits(dice, asked);
  const { principal } = asked.request;
  const untroubled = { ...asked, request: { ...without(asked.request, "traits"), principal: without(principal, "traits") } };
  return theme === "budget" ? tooDear(dice, untroubled) : tooSlow(dice, untroubled);
}

function unmatched(dice: Dice, world: World): World {
  const change = dice.pick<() => World>([
    () => ({ ...world, services: [] }),
    () => ({ ...world, services: world.services.map((service) => ({ ...service, draining: true })) }),
    () => withRequirements(world, { capabilities: [{ anyOf: [{ type: "speech.transcribe", parameters: {} }] }] }),
    () => withRequirements(world, { capabilities: [{ anyOf: [{ type: "inference", parameters: { certified: true } }] }] }),
    () => withRequirements(world, { guarantees: [latencyWithin(1, 500_000)] }),
    () => withRequirements(world, { guarantees: [{ property: "undetected_error", coveragePpm: 1, bound: { maxMicros: 1_000_000 } }] }),
    () => withConstraints(world, { regions: ["aq"] }),
    () => withConstraints(world, { models: ["none"] }),
    () => withConstraints(world, { services: ["nobody"] }),
    () => withDocument(world, { size: { inputTokens: 10_000_000, bytes: 10_000_000 } }),
    () => ({
      ...world,
      request: { ...world.request, lineage: { parent: dice.hex(), excluded: excludedPairs(world) } },
    }),
    () => ({ ...world, history: { ...world.history, leaves: world.history.leaves.map((leaf) => ({ ...leaf, health: "unhealthy" as const, promises: [] })) } }),
  ]);
  return change();
}

function excludedPairs(world: World): { service: string; model: string | null }[] {
  return visiblePairs(world)
    .map((pair) => ({ service: pair.service.contract.serviceId, model: pair.model?.id ?? null }))
    .sort((a, b) => (`${a.service} ${a.model ?? ""}` < `${b.service} ${b.model ?? ""}` ? -1 : 1));
}

function againstRules(dice: Dice, world: World): World {
  const plain = { ...world, request: { ...world.request, principal: without(world.request.principal, "region") } };
  const blunt = withDocument(plain, { data: without(plain.request.document.data, "mediaType") });
  const rule = (effect: RuleEffect, when?: string): Rule => ({
    id: dice.pick(["first", "no", "zz"]),
    priority: dice.pick([-100, 0, 100]),
    ...(when === undefined ? {} : { when }),
    effect,
    reason: "Nothing passes.",
  });
  const log = { kind: "oblige", obligations: ["log"] } as const;
  const added = dice.pick<Rule>([
    rule({ kind: "require", condition: "request.principal.trust > 10" }),
    rule({ kind: "require", condition: "service.latency_p99_us < 0" }),
    rule({ kind: "require", condition: 'request.principal.region in ["eu", "us"]' }),
    rule({ kind: "deny", condition: "service.version_major >= 0" }, "size(request.labels) >= 0"),
    rule({ kind: "deny", condition: 'request.data.media_type == "text/plain"' }),
    rule({ kind: "deny", condition: "service.access.required_trust_level * 0 == 0 || service.access.public" }),
    rule({ kind: "prefer", condition: 'request.principal.region == "eu"', amountMicros: 1 }),
    rule(log, 'request.data.media_type.startsWith("text/")'),
    rule(log, "request.principal.trust * 9007199254740991 * 9007199254740991 > 0"),
  ]);
  const { rules } = blunt.policy.base;
  const kept = rules.filter((existing) => existing.effect.kind === "oblige");
  return withBase(blunt, { rules: inRuleOrder([...kept, added]) });
}

function insecure(dice: Dice, world: World): World {
  const { principal, now } = world.request;
  const withAccess = (change: (access: ServiceContract["access"]) => Partial<ServiceContract["access"]>): World =>
    mapContracts(world, (contract) => ({ ...contract, access: { ...contract.access, ...change(contract.access) } }));
  const change = dice.pick<() => World>([
    () => withRequest(world, { principal: { ...principal, evidence: invalidEvidence(dice, now) } }),
    () => withRequest(withAccess(() => ({ public: false })), { principal: { ...principal, permissions: [] } }),
    () => withRequest(withAccess(({ requiredTrustLevel }) => ({ requiredTrustLevel: Math.max(1, requiredTrustLevel) })), { principal: { ...principal, trust: 0 } }),
    () => withRequest(world, { principal: { ...principal, region: "aq" } }),
    () => {
      const routed = withConstraints(world, { route: "internal" });
      return mapContracts(routed, (contract) => ({ ...contract, metadata: dice.chance(50) ? without(contract.metadata, "route") : { ...contract.metadata, route: "external" } }));
    },
    () => {
      const { privacy } = world.policy.base;
      const sensitive = withBase(world, { privacy: { ...privacy, mode: "strict", sensitive: ["health"], allowedLabels: {} } });
      const labelled = withDocument(sensitive, { data: { ...world.request.document.data, labels: ["health"] } });
      return mapContracts(labelled, (contract) => ({ ...contract, privacy: faraway(contract.privacy) }));
    },
  ]);
  return change();
}

/** Off the premises, and not encrypted from end to end. */
function faraway(privacy: Privacy): Privacy {
  return { ...privacy, dataLocality: "external", ...(privacy.encryptionType === undefined ? {} : { encryptionType: "in_transit" as const }) };
}

function unsafe(dice: Dice, world: World): World {
  const { safety } = world.policy.base;
  const change = dice.pick<() => World>([
    () => {
      const forbidding = withBase(world, { safety: { ...safety, forbidden: ["personal", "weapons"] } });
      const { intent, data } = world.request.document;
      if (dice.chance(50)) return withDocument(forbidding, { intent: { ...intent, categories: ["question", "weapons"] } });
      return withDocument(forbidding, { data: { ...data, labels: ["personal"] } });
    },
    () => {
      const unapproved = keepRules(world, ({ effect }) => effect.kind !== "oblige" || !effect.obligations.includes("human_approval"));
      return withDocument(unapproved, { action: { kind: "destructive" } });
    },
    () => {
      const filtering = withBase(world, { safety: { ...safety, needsFiltering: ["self_harm"] } });
      const unfiltered = mapContracts(filtering, (contract) => ({ ...contract, alignment: { ...contract.alignment, contentFiltering: false } }));
      return withDocument(unfiltered, { intent: { ...world.request.document.intent, categories: ["self_harm"] } });
    },
  ]);
  return change();
}

function againstPolicy(dice: Dice, world: World): World {
  const change = dice.pick<() => World>([
    () => withPrivacy(world, { compliance: ["gdpr", "iso27001"] }),
    () => {
      const elsewhere = mapContracts(world, (contract) => ({ ...contract, privacy: { ...contract.privacy, dataLocality: "local" } }));
      return withPrivacy(elsewhere, { onDevice: true });
    },
    () => {
      const open = mapContracts(world, (contract) => ({ ...contract, privacy: faraway(contract.privacy) }));
      return withPrivacy(open, { encryption: dice.pick(["end_to_end", "at_rest"]) });
    },
  ]);
  return change();
}

function againstTraits(dice: Dice, world: World): World {
  const pairs = visiblePairs(world);
  const none = { conservativeMicros: 0, confidentialMicros: 0, riskMicros: 1_000_000 };
  const over = (values: readonly number[]): number => Math.min(1_000_000, Math.max(0, ...values) + dice.pick([1, 1, 50_000]));
  const change = dice.pick([
    { conservativeMicros: over(pairs.map(maturity)) },
    { confidentialMicros: over(pairs.map(confidentiality)) },
    { riskMicros: Math.max(0, Math.min(1_000_000, ...pairs.map(riskOf)) - 1) },
    { riskMicros: Math.max(0, Math.min(1_000_000, ...pairs.map(riskOf)) - 1) },
  ]);
  return withTraits(world, { ...none, ...change });
}

function tooDear(dice: Dice, world: World): World {
  const policy = effectivePolicy(world.policy, world.request);
  const least = leastOf(visiblePairs(world).map((pair) => worstCaseCost(pair, world.request, policy)));
  if (least === 0 || dice.chance(10)) return withLimits(world, { budgetMicros: 1_000, currency: UNKNOWN_CURRENCY });
  return withLimits(world, { budgetMicros: least - 1 });
}

function tooSlow(dice: Dice, world: World): World {
  const unlimited = (policy: World["policy"]["base"]): World["policy"]["base"] => ({ ...policy, limits: without(policy.limits, "budgetMicros") });
  const named = Object.fromEntries(Object.entries(world.policy.named).map(([id, policy]) => [id, unlimited(policy)]));
  const free: World = { ...world, policy: { base: unlimited(world.policy.base), named } };
  const payable = withLimits(mapContracts(free, inKnownCurrency), dice.maybe(50, () => ({ deadlineUs: 2_000_000 })));
  const policy = effectivePolicy(payable.policy, payable.request);
  const least = leastOf(visiblePairs(payable).map((pair) => promisedLatency(pair, policy)));
  return withLimits(payable, { ...payable.request.document.limits, latencyUs: Math.max(0, least - 1) });
}

function leastOf(amounts: readonly Promised[]): number {
  const said = amounts.filter((amount) => typeof amount === "number");
  return said.length === 0 ? 1_000 : Math.min(...said);
}

function inKnownCurrency(contract: ServiceContract): ServiceContract {
  const known = <Value extends { readonly cost?: ServiceContract["cost"] }>(value: Value): Value =>
    value.cost?.currency === UNKNOWN_CURRENCY ? { ...value, cost: { ...value.cost, currency: "EUR" } } : value;
  return { ...known(contract), models: contract.models.map(known) };
}

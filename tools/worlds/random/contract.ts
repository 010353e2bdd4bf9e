import type { Access, Alignment, Constraints, Cost, Guarantee, Model, Privacy, ServiceContract } from "@caio/contracts";

import { inCanonicalOrder } from "./canonical-order.ts";
import { offeredCapabilities, offeredCapability } from "./capability.ts";
import type { Dice } from "./dice.ts";
import { latencyPromises, promisedGuarantees } from "./guarantee.ts";
import type { Setting } from "./setting.ts";
import {
  CALL_PRICES,
  COMPLIANCE,
  CURRENCY,
  MEDIA_TYPES,
  PERMISSIONS,
  PROVIDERS,
  REGIONS,
  TAGS,
  TOKEN_PRICES,
  TOKENS,
  UNKNOWN_CURRENCY,
} from "./vocabulary.ts";

const MODEL_IDS = ["Big/70b", "a", "gpt:4.1", "m@2025-01", "small-1", "small-10", "small-2"] as const;

/** A contract in normalised form, as a parser would yield it. */
export function randomContract(dice: Dice, setting: Setting, serviceId: string): ServiceContract {
  const said = setting.saidPercent;
  const capabilities = offeredCapabilities(dice, setting);
  const guarantees = promisedGuarantees(dice, said);
  const base = {
    serviceId,
    ...dice.maybe(said, () => ({ name: `Service ${serviceId}` })),
    version: `${String(dice.pick([0, 0, 1, 1, 1, 2, 12]))}.${String(dice.int(0, 9))}.${String(dice.int(0, 3))}`,
    capabilities,
    guarantees,
    ...dice.maybe(said, () => ({ cost: randomCost(dice) })),
    privacy: randomPrivacy(dice, said),
    alignment: randomAlignment(dice, said),
    access: randomAccess(dice, setting),
    constraints: randomConstraints(dice, setting),
    api: { protocol: "http" as const, baseUrl: "http://localhost:9000", endpoints: [] },
    metadata: {
      tags: dice.some(TAGS, 30),
      ...dice.maybe(50, () => ({ category: "ai-service" })),
      ...dice.maybe(50, () => ({ provider: dice.pick(PROVIDERS) })),
      ...dice.maybe(said, () => ({ route: dice.pick(["internal", "external"] as const) })),
    },
  };
  return { ...base, models: randomModels(dice, setting, base) };
}

type Overridden = Pick<ServiceContract, "capabilities" | "guarantees" | "cost">;

function randomModels(dice: Dice, setting: Setting, service: Overridden): Model[] {
  if (dice.chance(55)) return [];
  const ids = dice.several(MODEL_IDS, 30).slice(0, 4).sort();
  return ids.map((id) => ({
    id,
    ...dice.maybe(75, () => ({ contextTokens: dice.pick(setting.contextSizes) })),
    ...dice.maybe(60, () => ({ maxOutputTokens: dice.near(dice.pick([64, 256, 1_024])) })),
    ...dice.maybe(70, () => ({ competenceMicros: dice.int(0, 20) * 50_000 })),
    ...dice.maybe(20, () => ({ capabilities: overriddenCapabilities(dice, setting, service) })),
    ...dice.maybe(25, () => ({ guarantees: overriddenGuarantees(dice, service.guarantees) })),
    ...dice.maybe(30, () => ({ cost: randomCost(dice) })),
  }));
}

/** A capability of the model replaces the service's of the same type. */
function overriddenCapabilities(dice: Dice, setting: Setting, service: Overridden): ServiceContract["capabilities"] {
  const type = dice.pick(setting.types);
  const others = service.capabilities.filter((capability) => capability.type !== type);
  return inCanonicalOrder([...others, offeredCapability(dice, type)]);
}

/** The model's guarantees of a property replace all of the service's of that property. */
function overriddenGuarantees(dice: Dice, service: readonly Guarantee[]): Guarantee[] {
  return inCanonicalOrder([...service.filter((guarantee) => guarantee.property !== "latency"), ...latencyPromises(dice)]);
}

function randomCost(dice: Dice): Cost {
  const model = dice.pick(["per_token", "per_token", "per_request", "per_second", "free"] as const);
  const zero = { basePico: 0, inputTokenPico: 0, outputTokenPico: 0, secondPico: 0 };
  const currency = dice.chance(70) ? CURRENCY : dice.pick(["EUR", "JPY", UNKNOWN_CURRENCY]);
  if (model === "free") return { model, currency, ...zero };
  const basePico = dice.chance(1) ? 9_000_000_000_000_000 : dice.pick(CALL_PRICES);
  if (model === "per_request") return { model, currency, ...zero, basePico };
  if (model === "per_second") return { model, currency, ...zero, basePico, secondPico: dice.int(0, 3_000_000_000) };
  const tokens = { inputTokenPico: dice.pick(TOKEN_PRICES), outputTokenPico: dice.pick(TOKEN_PRICES) };
  return { model, currency, ...zero, basePico: dice.chance(50) ? 0 : basePico, ...tokens };
}

function randomPrivacy(dice: Dice, said: number): Privacy {
  return {
    ...dice.maybe(said, () => ({ dataLocality: dice.pick(["on_device", "local", "private_cloud", "external"] as const) })),
    ...dice.maybe(said, () => ({ encryption: dice.chance(80) })),
    ...dice.maybe(said - 20, () => ({ encryptionType: dice.pick(["in_transit", "at_rest", "end_to_end"] as const) })),
    ...dice.maybe(said, () => ({ dataRetention: dice.pick(["none", "session", "indefinite", "days:30"] as const) })),
    compliance: dice.some(COMPLIANCE, 50),
    ...dice.maybe(said, () => ({ regions: dice.chance(5) ? [] : dice.several(REGIONS, 40) })),
  };
}

function randomAlignment(dice: Dice, said: number): Alignment {
  return {
    ...dice.maybe(said, () => ({ safetyLevel: dice.pick(["low", "medium", "high"] as const) })),
    ...dice.maybe(said, () => ({ contentFiltering: dice.chance(70) })),
    ...dice.maybe(said, () => ({ biasMitigation: dice.chance(60) })),
  };
}

function randomAccess(dice: Dice, setting: Setting): Access {
  const requiredPermissions = dice.chance(55) ? dice.several(PERMISSIONS, 15) : [];
  return {
    requiredPermissions,
    match: dice.chance(75) ? "any" : "all",
    requiredTrustLevel: dice.pick([0, 0, 0, 2, 2, 2, 5, 5, 8, 10]),
    tenants: dice.chance(65) ? [] : dice.several(setting.tenants, 50),
    public: dice.chance(requiredPermissions.length > 0 ? 20 : 90),
  };
}

function randomConstraints(dice: Dice, setting: Setting): Constraints {
  return {
    ...dice.maybe(40, () => ({ maxConcurrentRequests: dice.int(1, 20) })),
    ...dice.maybe(40, () => ({ rateLimit: { perMinute: dice.pick([60, 100, 600]) } })),
    ...dice.maybe(65, () => ({ contextLength: { maxTokens: dice.pick(setting.contextSizes) } })),
    ...dice.maybe(20, () => ({ maxBytes: dice.near(dice.pick([4, ...TOKENS.slice(4)]) + 3) })),
    ...dice.maybe(25, () => ({ mediaTypes: dice.several(MEDIA_TYPES, 60) })),
    ...dice.maybe(setting.saidPercent, () => ({ requiresGpu: dice.chance(30) })),
    ...dice.maybe(setting.saidPercent, () => ({ requiresInternet: dice.chance(40) })),
  };
}

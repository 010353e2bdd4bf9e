import type { JsonValue } from "@caio/core";
import type {
  AuthenticationEvidence,
  ContextItem,
  DetectedLabel,
  Principal,
  Request,
  RequestDocument,
  RequestLimits,
  RequestSize,
  Requirements,
  Traits,
} from "@caio/contracts";

import { canonical } from "../../reference/objects.ts";
import { askedGroups } from "./capability.ts";
import type { Dice } from "./dice.ts";
import { fieldNear } from "./field.ts";
import { demandedGuarantees } from "./guarantee.ts";
import type { Setting } from "./setting.ts";
import {
  CATEGORIES,
  COMPLIANCE,
  COVERAGES,
  DETECTED_LABELS,
  LABELS,
  LATENCIES,
  MEDIA_TYPES,
  NOON,
  PERMISSIONS,
  REGIONS,
  TOKENS,
  UNKNOWN_CURRENCY,
} from "./vocabulary.ts";

export function randomRequest(dice: Dice, setting: Setting, serviceIds: readonly string[], policies: readonly string[]): Request {
  const document = randomDocument(dice, setting, serviceIds, policies);
  const now = NOON + dice.pick([0, 0, 1, 999, dice.int(0, 100_000_000)]);
  const traits = dice.chance(setting.easy ? 15 : 35) ? randomTraits(dice) : undefined;
  return {
    document,
    now,
    decisionKey: dice.hex(),
    testKey: dice.chance(20),
    principal: randomPrincipal(dice, setting, now, traits),
    ...(traits === undefined ? {} : { traits }),
    detected: randomDetected(dice, setting),
    size: stampedSize(document),
    fields: {
      encoderId: "hashing-1",
      intent: fieldNear(dice, setting.prototypes),
      ...dice.maybe(20, () => ({ intentRate: fieldNear(dice, setting.prototypes) })),
      context: document.context.map(() => fieldNear(dice, setting.prototypes)),
    },
  };
}

function randomDocument(dice: Dice, setting: Setting, serviceIds: readonly string[], policies: readonly string[]): RequestDocument {
  return {
    ...dice.maybe(30, () => ({ name: `req-${String(dice.int(0, 99))}` })),
    intent: {
      ...dice.maybe(60, () => ({ text: dice.pick(["Which language is this?", "Grüße, Ωmega 😀", ""]) })),
      categories: dice.chance(setting.easy ? 85 : 50) ? ["question"] : dice.some(CATEGORIES.slice(0, 4), 25),
    },
    action: { kind: dice.chance(setting.easy ? 3 : 12) ? "destructive" : dice.pick(["read", "read", "write"]) },
    context: randomContext(dice),
    data: {
      labels: dice.some(LABELS, setting.easy ? 4 : 10),
      ...dice.maybe(35, () => ({ mediaType: dice.pick(MEDIA_TYPES) })),
      ...dice.maybe(30, () => ({ payload: randomPayload(dice) })),
    },
    size: {
      ...dice.maybe(75, () => ({ inputTokens: dice.pick(TOKENS.slice(0, 10)) })),
      ...dice.maybe(60, () => ({ maxOutputTokens: dice.pick(TOKENS.slice(0, 8)) })),
      ...dice.maybe(40, () => ({ bytes: dice.pick(TOKENS) })),
    },
    requirements: randomRequirements(dice, setting, serviceIds),
    limits: randomLimits(dice, setting.easy ? 10 : 25),
    policies: dice.some(policies, 50),
    fallback: dice.chance(60),
    plan: dice.chance(90) ? null : dice.pick(["only", { seq: ["first", { par: ["left", "right"] }] }]),
  };
}

function randomContext(dice: Dice): ContextItem[] {
  const count = dice.chance(45) ? 0 : dice.pick([1, 1, 2, 3, 6]);
  return Array.from({ length: count }, (_item, index) => ({ role: index % 2 === 0 ? "user" : "assistant", text: "Earlier." }));
}

function randomPayload(dice: Dice): JsonValue {
  return dice.pick<JsonValue>([{ text: "Guten Tag" }, "text", { camelCase: [1, null, true], maxUs: { b: 2, a: "ß" } }, [], 0]);
}

/** What the door makes of the declared size: at least what the payload needs, where it is at hand. */
export function stampedSize({ size, data }: Pick<RequestDocument, "size" | "data">): RequestSize {
  if (data.payload === undefined) return size;
  const bytes = Buffer.byteLength(canonical(data.payload));
  return {
    ...size,
    inputTokens: Math.max(bytes, size.inputTokens ?? 0),
    bytes: Math.max(bytes, size.bytes ?? 0),
  };
}

function randomRequirements(dice: Dice, setting: Setting, serviceIds: readonly string[]): Requirements {
  const percent = setting.demandPercent;
  return {
    capabilities: askedGroups(dice, setting),
    guarantees: demandedGuarantees(dice, percent),
    constraints: {
      ...dice.maybe(percent, () => ({ maxLocality: dice.pick(["local", "private_cloud", "private_cloud", "external"] as const) })),
      regions: dice.chance(percent) ? dice.several(REGIONS, 70) : [],
      ...dice.maybe(percent, () => ({ requiresGpu: dice.chance(30) })),
      ...dice.maybe(percent, () => ({ requiresInternet: dice.chance(40) })),
      route: dice.chance(percent) ? dice.pick(["internal", "external"]) : "any",
      services: dice.chance(percent / 2) ? dice.some([...serviceIds, "gone"].sort(), 60) : [],
      models: dice.chance(percent / 3) ? ["a", "gpt:4.1", "small-1", "small-2"] : [],
    },
    privacy: {
      onDevice: dice.chance(percent / 3),
      ...dice.maybe(percent, () => ({ encryption: dice.pick(["any", "at_rest", "in_transit", "end_to_end"] as const) })),
      compliance: dice.chance(percent) ? dice.several(COMPLIANCE, 20) : [],
    },
  };
}

function randomLimits(dice: Dice, percent: number): RequestLimits {
  return {
    ...dice.maybe(percent, () => ({ budgetMicros: dice.near(dice.pick([1_000, 5_000, 20_000, 1_000_000, 50_000_000])) })),
    ...dice.maybe(20, () => ({ currency: dice.chance(8) ? UNKNOWN_CURRENCY : dice.pick(["EUR", "JPY", "USD"]) })),
    ...dice.maybe(percent, () => ({ latencyUs: dice.near(dice.pick(LATENCIES.slice(3))) })),
    ...dice.maybe(20, () => ({ latencyCoveragePpm: dice.pick(COVERAGES) })),
    ...dice.maybe(30, () => ({ deadlineUs: dice.pick([500_000, 2_000_000, 60_000_000]) })),
  };
}

function randomTraits(dice: Dice): Traits {
  return {
    conservativeMicros: dice.pick([0, 200_000, 400_000, 600_000]),
    confidentialMicros: dice.pick([0, 100_000, 200_000, 500_000]),
    riskMicros: dice.pick([1_000_000, 900_000, 700_000]),
  };
}

function randomPrincipal(dice: Dice, setting: Setting, now: number, traits: Traits | undefined): Principal {
  return {
    subject: dice.pick(["alice", "bob", "svc:mail"]),
    issuer: "https://issuer.example",
    tenant: dice.pick(setting.tenants),
    permissions: dice.some(PERMISSIONS, setting.easy ? 90 : 70),
    trust: setting.easy ? dice.pick([8, 9, 10]) : dice.pick([10, 10, 9, 8, 8, 8, 5, 5, 4]),
    ...dice.maybe(setting.easy ? 3 : 15, () => ({ region: dice.pick(REGIONS) })),
    ...(traits === undefined ? {} : { traits }),
    evidence: validEvidence(dice, now),
  };
}

/** Good at `now`, some of it only just. */
function validEvidence(dice: Dice, now: number): AuthenticationEvidence {
  const later = Math.floor(now / 1000) + dice.pick([1, 1, 3_600]);
  const earlier = Math.floor(now / 1000) - dice.pick([0, 0, 60]);
  const method = dice.pick(["jwt", "jwt", "jwt", "api_key", "local"] as const);
  if (method === "local") return { method };
  if (method === "api_key") return { method, keyId: "key-1", ...dice.maybe(40, () => ({ exp: later })) };
  const alg = dice.pick(["EdDSA", "ES256", "RS256"]);
  return { method, ...dice.maybe(80, () => ({ keyId: "key-2" })), alg, exp: later, ...dice.maybe(50, () => ({ nbf: earlier })) };
}

/** Wanting in one way, some of it only just. */
export function invalidEvidence(dice: Dice, now: number): AuthenticationEvidence {
  const past = Math.ceil((now - 999) / 1000) - dice.pick([0, 0, 60]);
  const later = Math.floor(now / 1000) + 1;
  return dice.pick<AuthenticationEvidence>([
    { method: "jwt", keyId: "key-2", alg: "none", exp: later },
    { method: "jwt", keyId: "key-2", alg: "HS256", exp: later },
    { method: "jwt", keyId: "key-2", exp: later },
    { method: "jwt", alg: "ES256" },
    { method: "jwt", alg: "ES256", exp: past },
    { method: "jwt", alg: "ES256", exp: later + 60, nbf: later },
    { method: "api_key" },
    { method: "api_key", keyId: "key-1", exp: past },
  ]);
}

function randomDetected(dice: Dice, setting: Setting): DetectedLabel[] {
  return dice.some(DETECTED_LABELS, setting.easy ? 3 : 8).map((label) => ({ label, count: dice.int(1, 3) }));
}

import { localities } from "@caio/contracts";

import { Dice } from "../../worlds/random/dice.ts";
import type { RequestFacts, RequestTerm, RuleFacts, ServiceFacts, ServiceTerm, Shop } from "./facts.ts";

export interface ShopSize {
  readonly services: number;
  readonly rules: number;
  /** Services that offer one capability, about. */
  readonly candidates: number;
  readonly requests: number;
  /** True: no rule has a `when`. Otherwise about five fire. */
  readonly allFire: boolean;
}

const REGIONS = ["eu", "us", "ap"] as const;
const LANGUAGES = ["de", "en", "fr", "it"] as const;
const TENANTS = 50;
const NAMED_TENANTS = 5;
/** About five of n rules fire if each asks for one of so many words a rule. */
const WORDS_A_RULE = 0.5;

/** A shop from a seed: services, rules and requests of which most end in a choice. */
export function randomShop(seed: number, size: ShopSize): Shop {
  const dice = new Dice(seed);
  const kinds = Math.max(1, Math.floor(size.services / size.candidates));
  const words = Math.max(4, Math.ceil(size.rules * WORDS_A_RULE));
  // The more rules fire, the fewer services each of them may hit.
  const rarity = size.allFire ? size.rules : 12;
  return {
    services: Array.from({ length: size.services }, (_service, index) => serviceAt(dice, index, kinds, rarity)),
    rules: Array.from({ length: size.rules }, (_rule, index) => ruleAt(dice, index, size.allFire ? undefined : words, rarity)),
    requests: Array.from({ length: size.requests }, (_request, index) => requestAt(dice, index, kinds, words)),
  };
}

function serviceAt(dice: Dice, index: number, kinds: number, rarity: number): ServiceFacts {
  const locality = dice.pick(localities);
  const encrypted = dice.chance(80);
  return {
    id: `service-${String(index).padStart(6, "0")}`,
    kind: `inference.kind_${String(index % kinds)}`,
    languages: [...dice.several(LANGUAGES, 80)].sort(),
    healthy: !dice.chance(3),
    latencyP95Us: dice.int(50, 900) * 1000 + (index % 1000),
    accuracyMicros: dice.int(800, 990) * 1000,
    locality,
    regions: [...dice.several(REGIONS, 40)].sort(),
    encrypted,
    endToEnd: encrypted && dice.chance(60),
    permissions: [dice.pick(["chat", "chat", "draw"] as const)],
    trustRequired: dice.int(0, 6),
    tenants: dice.chance(5) ? [`tenant-${String(dice.int(0, NAMED_TENANTS - 1))}`] : [],
    provider: `provider-${String(dice.int(0, 8 * rarity))}`,
    tags: [`tag-${String(dice.int(0, 8 * rarity))}`],
    versionMajor: dice.int(0, 3),
    basePico: dice.int(0, 900) * 1_000_000,
    inputTokenPico: dice.int(1, 4000) * 1000,
    outputTokenPico: dice.int(1, 9000) * 1000,
  };
}

/** @param words - how many words rules and requests choose from; undefined: the rule always fires */
function ruleAt(dice: Dice, index: number, words: number | undefined, rarity: number): RuleFacts {
  const when = words === undefined ? [] : whenAt(dice, words);
  const effect = dice.pick(["require", "deny", "prefer"] as const);
  const rule = { id: `rule-${String(index).padStart(4, "0")}`, when, effect, amountMicros: 0 };
  if (effect === "require") return { ...rule, terms: [requiredTerm(dice, rarity)] };
  if (effect === "deny") return { ...rule, terms: dice.several([deniedTerm(dice, rarity), { fact: "versionMajor" as const, atLeast: 1 }], 60) };
  return { ...rule, terms: [dice.pick<ServiceTerm>([{ fact: "versionMajor", atLeast: 1 + dice.int(0, 1) }, { fact: "regions", has: dice.pick(REGIONS) }])], amountMicros: dice.int(1, 900) };
}

function whenAt(dice: Dice, words: number): readonly RequestTerm[] {
  const word = String(dice.int(0, words - 1));
  const first = dice.pick<RequestTerm>([{ fact: "permissions", has: `perm-${word}` }, { fact: "categories", has: `category-${word}` }, { fact: "categories", has: `category-${word}` }]);
  const second = dice.pick<RequestTerm>([{ fact: "trust", atLeast: dice.int(0, 3) }, { fact: "action", is: "read" }]);
  return dice.chance(40) ? [first, second] : [first];
}

/** Holds of all but few services. */
function requiredTerm(dice: Dice, rarity: number): ServiceTerm {
  return dice.pick<ServiceTerm>([
    { fact: "latencyP95Us", below: 900_000 - dice.int(0, Math.ceil(200_000 / rarity)) },
    { fact: "trustRequired", below: 7 },
  ]);
}

/** Holds of few services. */
function deniedTerm(dice: Dice, rarity: number): ServiceTerm {
  return dice.pick<ServiceTerm>([
    { fact: "provider", is: `provider-${String(dice.int(0, 8 * rarity))}` },
    { fact: "tags", has: `tag-${String(dice.int(0, 8 * rarity))}` },
  ]);
}

function requestAt(dice: Dice, index: number, kinds: number, words: number): RequestFacts {
  const word = (): string => String(dice.int(0, words - 1));
  return {
    text: `Which of these letters are in French? ${String(index)}`,
    kind: `inference.kind_${String(dice.int(0, kinds - 1))}`,
    language: dice.pick(LANGUAGES),
    minAccuracyMicros: dice.int(800, 880) * 1000,
    maxLocality: dice.pick(["local", "private_cloud", "external", "external"] as const),
    regions: dice.chance(70) ? [...REGIONS].sort() : ["eu", "us"],
    labels: dice.chance(20) ? ["personal"] : [],
    categories: [...new Set([`category-${word()}`, `category-${word()}`])].sort(),
    action: dice.pick(["read", "read", "write"] as const),
    tenant: `tenant-${String(dice.int(0, TENANTS - 1))}`,
    permissions: [...new Set(["chat", `perm-${word()}`, `perm-${word()}`])].sort(),
    trust: dice.int(3, 9),
    inputTokens: dice.int(50, 2000),
    maxOutputTokens: dice.int(50, 1000),
    budgetMicros: dice.int(5_000, 40_000),
    latencyUs: dice.int(300, 1000) * 1000,
  };
}

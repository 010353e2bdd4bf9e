import type { Obligation, PolicyLimits, PolicySet, Rule, RuleEffect, Weights } from "@caio/rules";

import type { WorldPolicy } from "../../reference/world.ts";
import type { Dice } from "./dice.ts";
import { randomExpression, truth } from "./expression.ts";
import type { Setting } from "./setting.ts";
import { CATEGORIES, COVERAGES, CURRENCY, DETECTED_LABELS, LABELS, LATENCIES, OBLIGATIONS, RATES } from "./vocabulary.ts";

const NAMED = ["audit", "careful", "eu-only"] as const;
const RULE_IDS = ["a", "b", "b-2", "check", "local", "no-previews", "person", "z0"] as const;

export function randomPolicy(dice: Dice, setting: Setting, serviceIds: readonly string[]): WorldPolicy {
  const named: Record<string, PolicySet> = {};
  for (const id of dice.some(NAMED, 25)) named[id] = randomPolicySet(dice, setting, id, serviceIds);
  return { base: randomPolicySet(dice, setting, "house", serviceIds), named };
}

function randomPolicySet(dice: Dice, setting: Setting, id: string, serviceIds: readonly string[]): PolicySet {
  return {
    id,
    currency: CURRENCY,
    rates: RATES,
    weights: randomWeights(dice),
    rl: { widthMicros: dice.pick([0, 500_000, 2_000_000]) },
    limits: randomLimits(dice, id === "house" ? 40 : 15),
    safety: {
      forbidden: dice.chance(85) ? ["weapons"] : dice.some([...CATEGORIES, ...LABELS].sort(), 12),
      needsFiltering: dice.some(["self_harm", "medical"], 60).sort(),
    },
    privacy: {
      mode: dice.pick(["strict", "encrypted"]),
      sensitive: dice.some([...new Set([...LABELS, ...DETECTED_LABELS])].sort(), 35),
      allowedLabels: Object.fromEntries(
        dice.some(serviceIds, 20).map((service) => [service, dice.several([...LABELS, "phone"].sort(), 50)]),
      ),
    },
    fallback: { maxAttempts: dice.int(1, 3), afterFirstByte: "error" },
    retry: { maxAttempts: 1, backoffUs: 100_000 },
    exploration: dice.chance(25)
      ? { epsilonPpm: dice.pick([1, 200_000, 500_000, 999_999, 1_000_000]), maxLossMicros: dice.pick([0, 20_000, 100_000, 5_000_000]) }
      : { epsilonPpm: 0, maxLossMicros: dice.pick([0, 50_000]) },
    independent: [],
    monitor: { alphaMicros: 10_000, driftRunLength: 10_000 },
    control: {
      exciteMicros: 200_000,
      dampMicros: 100_000,
      cMicros: 1_000_000,
      mMicros: 100_000,
      intervalMicros: 100_000,
      eMaxMicros: 1_000_000,
    },
    rules: randomRules(dice, setting, id === "house" ? [0, 0, 1, 1, 2, 3, 5] : [1, 1, 2]),
  };
}

function randomWeights(dice: Dice): Weights {
  const usual = { intent: 300_000, attention: 200_000, rl: 200_000, resonance: 100_000 };
  const rest = { model: 0, cost: 100_000, risk: 50_000, latency: 50_000 };
  if (dice.chance(55)) return { ...usual, ...rest };
  const one = dice.chance(5)
    ? () => 0
    : dice.chance(5)
      ? () => 500_000_000
      : () => dice.pick([0, 1, 100_000, dice.int(0, 1_000_000), dice.int(-200_000, 3_000_000)]);
  return {
    intent: one(),
    attention: one(),
    rl: one(),
    resonance: one(),
    model: one(),
    cost: one(),
    risk: one(),
    latency: one(),
  };
}

function randomLimits(dice: Dice, percent: number): PolicyLimits {
  return {
    ...dice.maybe(percent, () => ({ budgetMicros: dice.near(dice.pick([1_000, 10_000, 20_000, 1_000_000])) })),
    ...dice.maybe(percent, () => ({ latencyUs: dice.near(dice.pick(LATENCIES.slice(4))) })),
    ...dice.maybe(percent, () => ({ latencyCoveragePpm: dice.pick(COVERAGES.slice(0, 5)) })),
    ...dice.maybe(percent + 10, () => ({ deadlineUs: dice.pick([1_500_000, 30_000_000]) })),
  };
}

/** In order of priority descending, then id. */
function randomRules(dice: Dice, setting: Setting, counts: readonly number[]): Rule[] {
  const ids = RULE_IDS.slice(0, dice.pick(counts));
  let left = 1_000_000;
  const rules = ids.map((id): Rule => {
    const effect = randomEffect(dice, setting, left);
    if (effect.kind === "prefer") left -= Math.abs(effect.amountMicros);
    return {
      id,
      priority: dice.pick([0, 0, 10, 100, -5]),
      ...dice.maybe(40, () => ({ when: randomWhen(dice, setting) })),
      effect,
      reason: "Because a random world wants it.",
    };
  });
  return inRuleOrder(rules);
}

export function inRuleOrder(rules: readonly Rule[]): Rule[] {
  return [...rules].sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
}

/** Mostly one that cannot error, since an error rejects everything. */
function randomWhen(dice: Dice, setting: Setting): string {
  if (dice.chance(setting.easy ? 4 : 12)) return randomExpression(dice, "request");
  const test = randomExpression(dice, "request", 0);
  return dice.pick([`(${test}) || ${truth(dice, "request")}`, `(${test}) && false`, truth(dice, "request")]);
}

function randomEffect(dice: Dice, setting: Setting, left: number): RuleEffect {
  const kind = dice.pick(["require", "deny", "prefer", "prefer", "oblige"] as const);
  if (kind === "oblige" || (kind === "prefer" && left === 0)) return { kind: "oblige", obligations: randomObligations(dice) };
  const condition = randomExpression(dice, "pair");
  if (kind === "prefer") {
    const amount = dice.int(1, Math.min(left, dice.pick([50_000, 400_000])));
    return { kind, condition: dice.chance(setting.easy ? 85 : 60) ? `(${condition}) || ${truth(dice, "pair")} && false` : condition, amountMicros: dice.chance(75) ? amount : -amount };
  }
  // Most hard rules spare most services, or few worlds would end in a choice.
  if (dice.chance(setting.easy ? 12 : 35)) return { kind, condition };
  const lenient = kind === "require" ? `(${condition}) || ${truth(dice, "pair")}` : `(${condition}) && !(${truth(dice, "pair")})`;
  return { kind, condition: lenient };
}

function randomObligations(dice: Dice): Obligation[] {
  return dice.several(OBLIGATIONS, 40);
}

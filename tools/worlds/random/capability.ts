import type { Capability, CapabilityGroup, ParameterValue } from "@caio/contracts";

import { inCanonicalOrder } from "./canonical-order.ts";
import type { Dice } from "./dice.ts";
import type { Setting } from "./setting.ts";
import { LANGUAGES, RATIOS } from "./vocabulary.ts";

/** What a service offers: one capability a type, with parameters of every kind. */
export function offeredCapability(dice: Dice, type: string): Capability {
  const parameters: Record<string, ParameterValue> = {};
  if (dice.chance(60)) parameters["languages"] = dice.several(LANGUAGES, 70);
  if (dice.chance(50)) parameters["streaming"] = dice.chance(70);
  if (dice.chance(40)) parameters["tone"] = dice.pick(["formal", "plain"]);
  if (dice.chance(50)) parameters["accuracy"] = interval(dice, 80, 40);
  if (dice.chance(25)) parameters["sample_rate"] = exactly(dice.pick([8_000_000_000, 16_000_000_000]));
  return { type, parameters };
}

export function offeredCapabilities(dice: Dice, setting: Setting): Capability[] {
  const types = new Set(dice.several(setting.types, 70));
  if (dice.chance(15)) types.add("vision.ocr");
  return inCanonicalOrder([...types].map((type) => offeredCapability(dice, type)));
}

/** What a request asks for: a group of alternatives, mostly of types that the world knows or prefixes of them. */
function askedGroup(dice: Dice, setting: Setting): CapabilityGroup {
  const count = dice.chance(70) ? 1 : dice.int(2, 3);
  return { anyOf: inCanonicalOrder(Array.from({ length: count }, () => askedCapability(dice, setting))) };
}

export function askedGroups(dice: Dice, setting: Setting): CapabilityGroup[] {
  const count = dice.pick([0, 1, 1, 1, 1, 1, 2, 3]);
  return inCanonicalOrder(Array.from({ length: count }, () => askedGroup(dice, setting)));
}

function askedCapability(dice: Dice, setting: Setting): Capability {
  const known = dice.pick(setting.types);
  const type = dice.chance(30) ? known.split(".").slice(0, 1).join(".") : known;
  const parameters: Record<string, ParameterValue> = {};
  const percent = setting.demandPercent;
  if (dice.chance(percent)) parameters["languages"] = dice.chance(95) ? dice.some(LANGUAGES, 25) : "en";
  if (dice.chance(percent)) parameters["streaming"] = dice.chance(70);
  if (dice.chance(percent)) parameters["tone"] = dice.pick(["formal", "plain"]);
  if (dice.chance(percent)) parameters["accuracy"] = interval(dice, 60, 15);
  if (dice.chance(percent / 4)) parameters["sample_rate"] = exactly(dice.near(8_000_000_000));
  return { type, parameters };
}

function exactly(micros: number): ParameterValue {
  return { minMicros: micros, maxMicros: micros };
}

function interval(dice: Dice, minPercent: number, maxPercent: number): ParameterValue {
  const [a, b] = [dice.pick(RATIOS), dice.pick(RATIOS)];
  const ends = {
    ...dice.maybe(minPercent, () => ({ minMicros: Math.min(a, b) })),
    ...dice.maybe(maxPercent, () => ({ maxMicros: Math.max(a, b) })),
  };
  // An interval has at least one end.
  const lower = Object.keys(ends).length === 0 ? { minMicros: Math.min(a, b) } : ends;
  return { ...lower, ...dice.maybe(20, () => ({ targetMicros: dice.pick(RATIOS) })) };
}

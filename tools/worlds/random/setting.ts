import type { Field } from "@caio/contracts";

import type { Dice } from "./dice.ts";
import { randomField } from "./field.ts";
import { CAPABILITY_TYPES, CONTEXT_SIZES, TENANTS } from "./vocabulary.ts";

/** What a world is made to end in, more often than not. `plain` worlds are left to chance. */
export const themes = [
  "plain",
  "ties",
  "matching",
  "rules",
  "security",
  "safety",
  "policy",
  "traits",
  "budget",
  "latency",
] as const;
export type Theme = (typeof themes)[number];

/** What all parts of one world have in common, so that they fit together. */
export interface Setting {
  readonly theme: Theme;
  readonly tenants: readonly string[];
  /** The capability types that services tend to offer and requests to ask for. */
  readonly types: readonly string[];
  /** Directions around which the fields of the world lie. */
  readonly prototypes: readonly Field[];
  /** The request asks for little, and the principal may do much: otherwise few worlds would end in a choice. */
  readonly easy: boolean;
  /** Chance that a contract says a thing that it may leave unsaid. */
  readonly saidPercent: number;
  /** Chance of each demand of a request. */
  readonly demandPercent: number;
  readonly contextSizes: readonly number[];
}

export function randomSetting(dice: Dice): Setting {
  const theme = randomTheme(dice);
  const easy = theme !== "plain" || dice.chance(70);
  const tenants = TENANTS.slice(0, dice.int(1, TENANTS.length));
  return {
    theme,
    tenants,
    types: dice.several(CAPABILITY_TYPES, 15).slice(0, 3),
    prototypes: [randomField(dice), randomField(dice), randomField(dice)],
    easy,
    saidPercent: easy ? dice.pick([85, 95]) : dice.pick([60, 85, 95]),
    demandPercent: easy ? dice.pick([0, 2]) : dice.pick([1, 4, 12]),
    contextSizes: dice.several(dice.chance(30) ? CONTEXT_SIZES : CONTEXT_SIZES.slice(3), 50),
  };
}

function randomTheme(dice: Dice): Theme {
  if (dice.chance(75)) return "plain";
  return dice.chance(20) ? "ties" : dice.pick(themes.slice(2));
}

import type { Field } from "@caio/contracts";

import type { Dice } from "./dice.ts";

const LENGTH = 128;

/** A field of norm about 1, in micros. */
export function randomField(dice: Dice): Field {
  return Array.from({ length: LENGTH }, () => dice.int(-150_000, 150_000));
}

/** A field near one of the prototypes; now and then the same, its opposite, or nothing at all. */
export function fieldNear(dice: Dice, prototypes: readonly Field[]): Field {
  const prototype = dice.pick(prototypes);
  if (dice.chance(4)) return prototype;
  if (dice.chance(3)) return prototype.map(() => 0);
  const sign = dice.chance(10) ? -1 : 1;
  const noise = dice.pick([5_000, 50_000, 150_000]);
  return prototype.map((sample) => sign * sample + dice.int(-noise, noise));
}

import { Dice } from "../../worlds/random/dice.ts";
import type { Made, Seeds } from "../engine/check-group.ts";

/** Makes the log as it is seen at a second checkpoint, from the entries at the first and those that came after. */
export type Grow = (entries: readonly string[], added: readonly string[], dice: Dice) => readonly string[];

/** A log at two moments. */
export interface GrowingLog {
  readonly entries: readonly string[];
  readonly later: readonly string[];
  /** An entry that was there at the first moment. */
  readonly at: number;
}

const honest: Grow = (entries, added) => [...entries, ...added];

/** Random logs that grow. */
export function* growingLogs({ from, count }: Seeds, grow: Grow = honest): Generator<Made<GrowingLog>> {
  for (let seed = from; seed < from + count; seed++) {
    const dice = new Dice(seed);
    const entries = Array.from({ length: dice.int(2, 40) }, (_entry, index) => `entry ${String(index)} ${String(dice.int(0, 999))}`);
    const added = Array.from({ length: dice.int(0, 40) }, (_entry, index) => `later ${String(index)}`);
    const later = grow(entries, added, dice);
    yield { seed, one: { entries, later, at: dice.int(0, entries.length - 1) } };
  }
}

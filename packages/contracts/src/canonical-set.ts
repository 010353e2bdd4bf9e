import { canonicalJson } from "@caio/core";

import { toWire } from "./wire.ts";

/** Sorted by the canonical JSON of the wire form, without repeats: the order of every set whose members are no text. */
export function canonicalSet<Item>(items: readonly Item[]): Item[] {
  const byText = new Map(items.map((item) => [canonicalJson(toWire(item)), item]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

/** What is better for less. */
export interface Worth {
  readonly quality: number;
  readonly costMicros: number;
}

/** Those that no other beats in one and matches in the other, cheapest first; of equals the one listed first. */
export function paretoFront<Item extends Worth>(items: readonly Item[]): readonly Item[] {
  const ordered = items.map((item, place) => ({ item, place })).sort((a, b) => a.item.costMicros - b.item.costMicros || b.item.quality - a.item.quality || a.place - b.place);
  const front: Item[] = [];
  for (const { item } of ordered) {
    const last = front.at(-1);
    if (last === undefined || item.quality > last.quality) front.push(item);
  }
  return front;
}

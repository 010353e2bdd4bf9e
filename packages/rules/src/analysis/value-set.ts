/** Inclusive ends, integers or ±Infinity. */
type Range = readonly [number, number];

/**
 * A set of ints as disjoint ranges in order, or of words (texts; bools as "true" and "false") as those listed or all but
 * those listed. Both are closed under intersection, union and complement.
 */
export type ValueSet =
  | { readonly kind: "ints"; readonly ranges: readonly Range[] }
  | { readonly kind: "words"; readonly listed: ReadonlySet<string>; readonly except: boolean };

export function ints(...ranges: readonly Range[]): ValueSet {
  return { kind: "ints", ranges: ranges.filter(([low, high]) => low <= high) };
}

export function words(listed: Iterable<string>): ValueSet {
  return { kind: "words", listed: new Set(listed), except: false };
}

function wordsExcept(listed: Iterable<string>): ValueSet {
  return { kind: "words", listed: new Set(listed), except: true };
}

export const anyInt: ValueSet = ints([-Infinity, Infinity]);
export const anyWord: ValueSet = wordsExcept([]);

/** True if no value is in the set. A set of all words but some is never empty. */
export function isEmptySet(set: ValueSet): boolean {
  return set.kind === "ints" ? set.ranges.length === 0 : !set.except && set.listed.size === 0;
}

/** True if the int is in the set. */
export function holdsInt(set: ValueSet, value: number): boolean {
  return set.kind === "ints" && set.ranges.some(([low, high]) => low <= value && value <= high);
}

/** The values outside of the set. */
export function complement(set: ValueSet): ValueSet {
  if (set.kind === "words") return { kind: "words", listed: set.listed, except: !set.except };
  const gaps: Range[] = [];
  let from = -Infinity;
  for (const [low, high] of set.ranges) {
    if (low > from) gaps.push([from, low - 1]);
    from = high + 1;
  }
  if (from < Infinity) gaps.push([from, Infinity]);
  return ints(...gaps);
}

/** The values in both sets. Sets of different kinds share none. */
export function intersect(a: ValueSet, b: ValueSet): ValueSet {
  if (a.kind === "ints" && b.kind === "ints") {
    const common = a.ranges.flatMap(([low, high]) => b.ranges.map(([from, to]): Range => [Math.max(low, from), Math.min(high, to)]));
    return ints(...common.filter(([low, high]) => low <= high).sort(([x], [y]) => x - y));
  }
  if (a.kind !== "words" || b.kind !== "words") return words([]);
  if (a.except && b.except) return wordsExcept([...a.listed, ...b.listed]);
  const [listing, other] = a.except ? [b, a] : [a, b];
  return words([...listing.listed].filter((word) => other.listed.has(word) !== other.except));
}

/** The values in either set. */
export function unite(a: ValueSet, b: ValueSet): ValueSet {
  return complement(intersect(complement(a), complement(b)));
}

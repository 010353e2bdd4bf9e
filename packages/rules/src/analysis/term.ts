import { intersect, ints, isEmptySet, type ValueSet } from "./value-set.ts";

/** What is known of a list. */
export interface ListFact {
  /** Its possible sizes. */
  readonly size: ValueSet;
  /** Every item is in this set; absent: any item. */
  readonly every?: ValueSet;
  /** For each of these sets some item is in it. */
  readonly some: readonly ValueSet[];
}

/** Facts that hold together: one branch of what a condition means. */
export interface Term {
  /** The possible values of a scalar path. */
  readonly values: ReadonlyMap<string, ValueSet>;
  readonly lists: ReadonlyMap<string, ListFact>;
  readonly present: ReadonlySet<string>;
  readonly absent: ReadonlySet<string>;
  /** Paths about which more is said than this analysis can decide. */
  readonly opaque: ReadonlySet<string>;
}

/** Says nothing. */
export const topTerm: Term = { values: new Map(), lists: new Map(), present: new Set(), absent: new Set(), opaque: new Set() };

/** A size is 0 or more. */
const anySize: ValueSet = ints([0, Infinity]);

export function valueTerm(path: string, set: ValueSet): readonly Term[] {
  return isEmptySet(set) ? [] : [{ ...topTerm, values: new Map([[path, set]]), present: new Set([path]) }];
}

export function listTerm(path: string, fact: Partial<ListFact>): readonly Term[] {
  const settled = settleList({ size: anySize, some: [], ...fact });
  return settled === undefined ? [] : [{ ...topTerm, lists: new Map([[path, settled]]), present: new Set([path]) }];
}

export function presenceTerm(path: string, present: boolean): readonly Term[] {
  const parent = path.slice(0, path.lastIndexOf("."));
  if (present) return [{ ...topTerm, present: new Set([path]) }];
  return [{ ...topTerm, present: new Set([parent]), absent: new Set([path]) }];
}

export function opaqueTerm(paths: Iterable<string>): Term {
  return { ...topTerm, opaque: new Set(paths) };
}

/** Both terms at once, or undefined where they cannot both hold. */
export function meetTerms(a: Term, b: Term): Term | undefined {
  const values = new Map(a.values);
  for (const [path, set] of b.values) {
    const before = values.get(path);
    const common = before === undefined ? set : intersect(before, set);
    if (isEmptySet(common)) return undefined;
    values.set(path, common);
  }
  const lists = new Map(a.lists);
  for (const [path, fact] of b.lists) {
    const before = lists.get(path);
    const settled = before === undefined ? fact : settleList(bothFacts(before, fact));
    if (settled === undefined) return undefined;
    lists.set(path, settled);
  }
  const present = new Set([...a.present, ...b.present]);
  const absent = new Set([...a.absent, ...b.absent]);
  for (const path of present) if (liesInAbsent(path, absent)) return undefined;
  return { values, lists, present, absent, opaque: new Set([...a.opaque, ...b.opaque]) };
}

function bothFacts(a: ListFact, b: ListFact): ListFact {
  const every = a.every !== undefined && b.every !== undefined ? intersect(a.every, b.every) : (a.every ?? b.every);
  const size = intersect(a.size, b.size);
  return { size, some: [...a.some, ...b.some], ...(every === undefined ? {} : { every }) };
}

/** Draws what follows for the size. Undefined: no list is like this. */
function settleList(fact: ListFact): ListFact | undefined {
  const { every, some } = fact;
  for (const set of some) if (isEmptySet(every === undefined ? set : intersect(set, every))) return undefined;
  let size = some.length > 0 ? intersect(fact.size, ints([1, Infinity])) : fact.size;
  if (every !== undefined && isEmptySet(every)) size = intersect(size, ints([0, 0]));
  return isEmptySet(size) ? undefined : { ...fact, size };
}

function liesInAbsent(path: string, absent: ReadonlySet<string>): boolean {
  for (const gone of absent) if (path === gone || path.startsWith(`${gone}.`)) return true;
  return false;
}

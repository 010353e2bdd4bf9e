import { digest } from "@caio/core";

/** Words of a shingle. */
const SHINGLE = 4;
/** Minima kept of a prompt; near-duplicates share most. */
const BANDS = 24;
const ROWS = 3;
/** Jaccard likeness of shingles at which two prompts count as one. */
const ALIKE = 0.6;

/**
 * Which prompts are near-duplicates of each other: a group number per prompt, equal for prompts that are alike, also by way of a
 * third. Alike are prompts whose sets of word 4-grams have a Jaccard likeness of 0.6 or more; candidates come from
 * MinHash bands (Broder, 1997), so a pair just above the border may be missed, never one below it be joined by itself.
 */
export function nearDuplicateGroups(prompts: readonly string[]): Int32Array {
  const shingles = prompts.map(shinglesOf);
  const parent = Int32Array.from(prompts, (_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parent[at] !== at) at = parent[at] = parent[parent[at] ?? at] ?? at;
    return at;
  };
  const buckets = new Map<string, number>();
  shingles.forEach((set, index) => {
    for (let band = 0; band < BANDS; band++) {
      const key = `${String(band)}:${bandKey(set, band)}`;
      const other = buckets.get(key);
      if (other === undefined) buckets.set(key, index);
      else if (root(other) !== root(index) && likeness(shingles[other] ?? new Set(), set) >= ALIKE) parent[root(index)] = root(other);
    }
  });
  return Int32Array.from(prompts, (_, index) => root(index));
}

/** How a table is split; shares of the groups, the rest is the test part. */
export interface Split {
  readonly train: readonly number[];
  readonly tune: readonly number[];
  readonly test: readonly number[];
}

/** A split by groups, each whole in one part, by SHA-256 of the seed and the group's first prompt: it holds whatever the order. */
export function splitByGroup(prompts: readonly string[], groups: Int32Array, seed: number, share: { readonly train: number; readonly tune: number }): Split {
  const parts: { train: number[]; tune: number[]; test: number[] } = { train: [], tune: [], test: [] };
  const names = new Map<number, string>();
  groups.forEach((group, index) => {
    const prompt = prompts[index] ?? "";
    const name = names.get(group);
    if (name === undefined || prompt < name) names.set(group, prompt);
  });
  const lots = new Map([...names].map(([group, name]) => [group, Number.parseInt(digest(["caio-split-v1", seed, JSON.stringify(name)]).slice(0, 12), 16) / 2 ** 48]));
  groups.forEach((group, index) => {
    const lot = lots.get(group) ?? 0;
    parts[lot < share.train ? "train" : lot < share.train + share.tune ? "tune" : "test"].push(index);
  });
  return parts;
}

function shinglesOf(prompt: string): ReadonlySet<number> {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const set = new Set<number>();
  const last = Math.max(1, words.length - SHINGLE + 1);
  for (let at = 0; at < last; at++) set.add(hash(words.slice(at, at + SHINGLE).join(" ")));
  return set;
}

function bandKey(set: ReadonlySet<number>, band: number): string {
  const minima: number[] = [];
  for (let row = 0; row < ROWS; row++) {
    const salt = Math.imul(band * ROWS + row + 1, 0x9e3779b1);
    let least = 0xffffffff;
    for (const item of set) least = Math.min(least, mix(item ^ salt));
    minima.push(least);
  }
  return minima.join(",");
}

function likeness(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0;
  for (const item of a) if (b.has(item)) shared++;
  return shared / (a.size + b.size - shared);
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return mix(value);
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

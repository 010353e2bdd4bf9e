/** How many places words are hashed to. */
const SIZE = 1 << 14;
const MAX_UNITS = 4_096;
const PART = /[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu;

/** The numbers of a row that are not 0. */
export interface SparseRow {
  readonly size: number;
  readonly places: Uint32Array;
  readonly values: Float64Array;
}

/** Words, signs and pairs of neighbouring ones of a text's first 4 096 code units, hashed to 16 384 signed places, √count each, of length 1 together. */
export function hashedWords(text: string): SparseRow {
  const parts = text.slice(0, MAX_UNITS).toLowerCase().match(PART) ?? [];
  const counts = new Map<string, number>();
  parts.forEach((part, at) => {
    count(counts, part);
    if (at > 0) count(counts, `${parts[at - 1] ?? ""} ${part}`);
  });
  const sums = new Map<number, number>();
  for (const [part, times] of counts) {
    const hash = hashOf(part);
    const place = (hash >>> 1) % SIZE;
    sums.set(place, (sums.get(place) ?? 0) + (hash % 2 === 0 ? 1 : -1) * Math.sqrt(times));
  }
  let energy = 0;
  for (const value of sums.values()) energy += value * value;
  const norm = Math.sqrt(energy);
  return { size: SIZE, places: Uint32Array.from(sums.keys()), values: Float64Array.from(sums.values(), (value) => (norm === 0 ? 0 : value / norm)) };
}

function count(counts: Map<string, number>, part: string): void {
  counts.set(part, (counts.get(part) ?? 0) + 1);
}

/** FNV-1a over UTF-16 code units, finished as MurmurHash3. */
function hashOf(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

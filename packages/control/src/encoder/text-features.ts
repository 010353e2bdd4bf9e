/** Longest text that is looked at, in UTF-16 code units, before and after normalising (which can lengthen a text). */
const MAX_TEXT_LENGTH = 16_384;

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const START = 0x5e;
const END = 0x24;
const SPACE = 0x20;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** What a feature stands for; also the first byte that is hashed. */
const kinds = { word: 0x77, pair: 0x70, trigram: 0x74 } as const;

/** Distinct features of a text, by the weight they enter an encoding with. */
export interface TextFeatures {
  readonly words: ReadonlySet<number>;
  readonly pairs: ReadonlySet<number>;
  readonly trigrams: ReadonlySet<number>;
}

/**
 * Hashed features of a text: words, pairs of neighbouring words, and character trigrams of `^word$`.
 *
 * The text is cut to `MAX_TEXT_LENGTH`, brought to NFKC, lower-cased by Unicode's own rules, and cut again. Words are runs of
 * letters, marks and digits. A feature's hash is FNV-1a (32 bits) over its kind byte and the UTF-8 of its characters (between
 * the words of a pair a space), finished with MurmurHash3's last mixing step.
 */
export function textFeatures(text: string): TextFeatures {
  const words = new Set<number>();
  const pairs = new Set<number>();
  const trigrams = new Set<number>();
  const normal = text.slice(0, MAX_TEXT_LENGTH).normalize("NFKC").toLowerCase().slice(0, MAX_TEXT_LENGTH);
  /** What the hash of a pair begins with, by its first word. */
  const begun = new Map<string, number>();
  let previous: number | undefined;
  for (const word of normal.match(WORD) ?? []) {
    if (previous !== undefined) pairs.add(finish(absorb(absorbOne(previous, SPACE), word)));
    previous = begun.get(word);
    if (previous !== undefined) continue;
    previous = absorb(start(kinds.pair), word);
    begun.set(word, previous);
    words.add(finish(absorb(start(kinds.word), word)));
    addTrigrams(trigrams, word);
  }
  return { words, pairs, trigrams };
}

/** Those of `^word$`. */
function addTrigrams(trigrams: Set<number>, word: string): void {
  let [first, second] = [START, word.codePointAt(0) ?? END];
  for (let at = unitsOf(second); at <= word.length; ) {
    const third = word.codePointAt(at) ?? END;
    trigrams.add(finish(absorbOne(absorbOne(absorbOne(start(kinds.trigram), first), second), third)));
    [first, second] = [second, third];
    at += unitsOf(third);
  }
}

function start(kind: number): number {
  return absorbByte(FNV_OFFSET, kind);
}

/** All characters of a word. */
function absorb(hash: number, word: string): number {
  let result = hash;
  for (let at = 0; at < word.length; ) {
    const point = word.codePointAt(at) ?? 0;
    result = absorbOne(result, point);
    at += unitsOf(point);
  }
  return result;
}

/** UTF-16 code units of a code point. */
function unitsOf(codePoint: number): 1 | 2 {
  return codePoint > 0xffff ? 2 : 1;
}

/** One code point as its UTF-8 bytes; half a surrogate pair, cut off at the end, as U+FFFD. */
function absorbOne(hash: number, codePoint: number): number {
  const point = codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint;
  if (point < 0x80) return absorbByte(hash, point);
  if (point < 0x800) return absorbByte(absorbByte(hash, 0xc0 | (point >>> 6)), tail(point, 0));
  if (point < 0x10000) {
    return absorbByte(absorbByte(absorbByte(hash, 0xe0 | (point >>> 12)), tail(point, 6)), tail(point, 0));
  }
  const first = absorbByte(hash, 0xf0 | (point >>> 18));
  return absorbByte(absorbByte(absorbByte(first, tail(point, 12)), tail(point, 6)), tail(point, 0));
}

function tail(point: number, shift: number): number {
  return 0x80 | ((point >>> shift) & 0x3f);
}

function absorbByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, FNV_PRIME);
}

/** FNV-1a leaves the upper bits of short inputs poorly mixed; this spreads every bit. Result: 0 … 2³² − 1. */
function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

import { absorb, absorbOne, finish, start, unitsOf } from "./text-hash.ts";

/** Longest text that is looked at, in UTF-16 code units, before and after normalising (which can lengthen a text). */
const MAX_TEXT_LENGTH = 16_384;

/** A run of letters, marks and digits. */
export const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const START = 0x5e;
const END = 0x24;
const SPACE = 0x20;

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
  const normal = normalText(text);
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

/** What is looked at of a text: its first 16 384 units, in NFKC and small letters, and of that no more. */
export function normalText(text: string): string {
  return text.slice(0, MAX_TEXT_LENGTH).normalize("NFKC").toLowerCase().slice(0, MAX_TEXT_LENGTH);
}

/** Those of `^word$`, in their order. */
export function addTrigrams(trigrams: { add(hash: number): unknown }, word: string): void {
  let [first, second] = [START, word.codePointAt(0) ?? END];
  for (let at = unitsOf(second); at <= word.length; ) {
    const third = word.codePointAt(at) ?? END;
    trigrams.add(finish(absorbOne(absorbOne(absorbOne(start(kinds.trigram), first), second), third)));
    [first, second] = [second, third];
    at += unitsOf(third);
  }
}

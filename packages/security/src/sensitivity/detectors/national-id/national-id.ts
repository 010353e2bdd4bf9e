import type { Span } from "../../detector.ts";

/** The number of one country's people: where it may be, and whether it is one. */
export interface NationalId {
  /** ISO 3166-1 alpha-2 */
  readonly country: string;
  /** Global, of bounded length, beginning and ending at a word's edge. */
  readonly pattern: RegExp;
  /** True for a lawful number. Gets the match without separators, in upper case. */
  readonly isLawful: (compact: string) => boolean;
  /** If given, a match counts only after such a word: the number has no check digit to know it by. */
  readonly context?: RegExp;
}

/** How far before a number its word may stand, in code units. */
const CONTEXT_LENGTH = 40;

/** All numbers of one kind in the text. */
export function* findNationalIds(text: string, id: NationalId): Iterable<Span> {
  for (const match of text.matchAll(id.pattern)) {
    const [found] = match;
    const start = match.index;
    if (id.context !== undefined && !id.context.test(text.slice(Math.max(0, start - CONTEXT_LENGTH), start))) continue;
    if (id.isLawful(found.replace(/[ ./-]/g, "").toUpperCase())) yield { start, end: start + found.length };
  }
}

import { isLuhn } from "./check-digits.ts";
import type { Detector, Span } from "../detector.ts";
import { digitRuns, isDigit, partOf, type DigitRun, type RunPart } from "./digit-runs.ts";

const MIN_DIGITS = 13;
const MAX_DIGITS = 19;
const MAX_GROUPS = 5;
const MAX_PHONE_DIGITS = 15;

/** Issuer prefixes with the lengths in use: [from, to, lengths], prefixes of one length (ISO/IEC 7812). */
const ISSUERS: readonly (readonly [string, string, readonly number[]])[] = [
  ["4", "4", [13, 16, 18, 19]],
  ["51", "55", [16]],
  ["2221", "2720", [16]],
  ["34", "34", [15]],
  ["37", "37", [15]],
  ["300", "305", [14, 16, 17, 18, 19]],
  ["36", "36", [14, 15, 16, 17, 18, 19]],
  ["38", "39", [14, 16, 17, 18, 19]],
  ["3528", "3589", [16, 17, 18, 19]],
  ["6011", "6011", [16, 17, 18, 19]],
  ["644", "659", [16, 17, 18, 19]],
  ["60", "60", [16]],
  ["62", "62", [16, 17, 18, 19]],
  ["81", "82", [16, 17, 18, 19]],
  ["2200", "2204", [16, 17, 18, 19]],
  ["9792", "9792", [16]],
  ["50", "50", [13, 14, 15, 16, 17, 18, 19]],
  ["56", "58", [13, 14, 15, 16, 17, 18, 19]],
  ["63", "63", [13, 14, 15, 16, 17, 18, 19]],
  ["67", "67", [13, 14, 15, 16, 17, 18, 19]],
];

/**
 * Payment card numbers: 13 to 19 digits, a known issuer's prefix and length, and the Luhn check. Spaces, hyphens and dots
 * may stand between the digits in any way if the number stands alone, and in the usual groups if other digits are near.
 */
export const paymentCardDetector: Detector = {
  name: "payment-card",
  labels: ["payment_card", "personal"],
  *find(text: string): Iterable<Span> {
    for (const run of digitRuns(text)) yield* cardsIn(text, run);
  },
};

/** The run as a whole, or at most five groups from each group on: linear. */
function* cardsIn(text: string, run: DigitRun): Iterable<Span> {
  const last = run.starts.length - 1;
  if (last < MAX_DIGITS) {
    const whole = partOf(text, run, 0, last);
    if (isCard(text, whole, true)) {
      yield whole;
      return;
    }
  }
  for (let first = 0; first <= last; first++) {
    const card = cardFrom(text, run, first);
    if (card === undefined) continue;
    yield card.part;
    first = card.last;
  }
}

function cardFrom(text: string, run: DigitRun, first: number): { part: RunPart; last: number } | undefined {
  let digits = 0;
  for (let last = first; last < Math.min(run.starts.length, first + MAX_GROUPS); last++) {
    digits += (run.ends[last] ?? 0) - (run.starts[last] ?? 0);
    if (digits > MAX_DIGITS) return undefined;
    if (digits < MIN_DIGITS) continue;
    const part = partOf(text, run, first, last);
    if (isCard(text, part, false)) return { part, last };
  }
  return undefined;
}

function isCard(text: string, part: RunPart, alone: boolean): boolean {
  if (!knownIssuer(part.digits) || !isLuhn(part.digits)) return false;
  if (isInternationalPhone(text, part)) return false;
  if (part.sizes.length === 1) return !inFraction(text, part) && !inHex(text, part);
  return alone || usualGroups(part.sizes);
}

function knownIssuer(digits: string): boolean {
  return ISSUERS.some(([from, to, lengths]) => {
    const prefix = digits.slice(0, from.length);
    return prefix >= from && prefix <= to && lengths.includes(digits.length);
  });
}

/** 4-4-4-4 and its like, 4-6-5, 4-6-4, 8-8 and 6-13. */
function usualGroups(sizes: readonly number[]): boolean {
  const shape = sizes.join("-");
  return /^4-4-4-[1-4](?:-[1-4])?$/.test(shape) || /^(?:4-6-[45]|8-8|6-(?:1[0-3]|[789]))$/.test(shape);
}

/** +49 151 12345678 has the look of a short card number, but nobody writes a plus before a card. */
function isInternationalPhone(text: string, part: RunPart): boolean {
  return text.charAt(part.start - 1) === "+" && part.digits.length <= MAX_PHONE_DIGITS;
}

/** 0.4111111111111111 is a measurement. */
function inFraction(text: string, part: RunPart): boolean {
  const before = text.charAt(part.start - 1) === "." && isDigit(text, part.start - 2);
  return before || (text.charAt(part.end) === "." && isDigit(text, part.end + 1));
}

/** Digits inside a hexadecimal word, such as a hash, are no card; after a word of other letters they may be. */
function inHex(text: string, part: RunPart): boolean {
  const before = /[A-Za-z_]{1,16}$/.exec(text.slice(Math.max(0, part.start - 16), part.start))?.[0] ?? "";
  const after = /^[A-Za-z_]{1,16}/.exec(text.slice(part.end, part.end + 16))?.[0] ?? "";
  const letters = before + after;
  return letters !== "" && /^[a-f]+$/i.test(letters);
}

import { decimalMod } from "./check-digits.ts";
import type { Detector, Span } from "../detector.ts";
import { hasDigit } from "./digit-runs.ts";
import { ibanLengths } from "./iban-lengths.ts";

const START = /(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?[0-9][ -]?[0-9]/g;
const MAX_SEPARATORS = 2;

/**
 * IBANs: a country of the registry, its exact length, and remainder 1 modulo 97 (ISO 13616). Separators may stand between
 * any characters. Labelled `bank_account`, and `personal` as well: an account number leads to its holder.
 */
export const ibanDetector: Detector = {
  name: "iban",
  labels: ["bank_account", "personal"],
  *find(text: string): Iterable<Span> {
    if (!hasDigit(text)) return;
    for (const match of text.matchAll(START)) {
      const length = ibanLengths.get(match[0].slice(0, 2).toUpperCase());
      if (length === undefined) continue;
      const read = readCharacters(text, match.index, length);
      if (read !== undefined && hasRemainderOne(read.characters)) yield { start: match.index, end: read.end };
    }
  },
};

/** `count` letters and digits from `start` on, separators skipped; undefined if there are fewer or the word goes on. */
function readCharacters(text: string, start: number, count: number): { characters: string; end: number } | undefined {
  let characters = "";
  let skipped = 0;
  let index = start;
  for (; index < text.length && characters.length < count; index++) {
    const character = text.charAt(index);
    if (isAlphanumeric(character)) {
      characters += character;
      skipped = 0;
    } else {
      skipped += 1;
      if (skipped > MAX_SEPARATORS || !" -./".includes(character)) return undefined;
    }
  }
  if (characters.length < count || isAlphanumeric(text.charAt(index))) return undefined;
  return { characters: characters.toUpperCase(), end: index };
}

function hasRemainderOne(iban: string): boolean {
  const turned = iban.slice(4) + iban.slice(0, 4);
  const digits = turned.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return decimalMod(digits, 97) === 1;
}

function isAlphanumeric(character: string): boolean {
  return /^[A-Za-z0-9]$/.test(character);
}

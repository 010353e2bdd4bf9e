const ASCII = /^[\x00-\x7f]*$/; // eslint-disable-line no-control-regex -- the whole ASCII range is meant
/** Combining marks and format characters (zero-width, bidirectional, soft hyphen, variation selectors), and fillers. */
const INVISIBLE = /[\p{M}\p{Cf}\u115f\u1160\u3164\uffa0]/gu;
/** Ligatures of whole Arabic phrases: no digit or address is in them, and NFKC makes each up to eighteen characters. */
const PHRASE = /[\ufdf0-\ufdfc]/gu;
const OTHER_DIGIT = /\p{Nd}/gu;
const DASH = /[\p{Pd}\u2212\u2043]/gu;
const SPACE = /[\p{Zs}\u2028\u2029]/gu;
const DOT = /[\u3002\uff61\u2024\u00b7]/gu;
const digits = new Map<string, string>();

/**
 * Text as detectors see it: compatibility forms folded (NFKC), every decimal digit of Unicode as 0–9, every dash as `-`,
 * every space as a space, marks and invisible characters gone. So a number written in full-width digits, or with a
 * zero-width space in it, is found like any other.
 *
 * Marks go first: a long run of them makes NFKC take quadratic time.
 */
export function normaliseText(text: string): string {
  if (ASCII.test(text)) return text;
  return text
    .replace(INVISIBLE, "")
    .replace(PHRASE, " ")
    .normalize("NFKC")
    .replace(INVISIBLE, "")
    .replace(OTHER_DIGIT, asciiDigit)
    .replace(DASH, "-")
    .replace(SPACE, " ")
    .replace(DOT, ".");
}

/** Decimal digits of Unicode come in runs of ten that begin with zero (Unicode §4.6). */
function asciiDigit(character: string): string {
  if (character >= "0" && character <= "9") return character;
  const known = digits.get(character);
  if (known !== undefined) return known;
  let distance = 0;
  let point = character.codePointAt(0) ?? 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(point - 1))) {
    point -= 1;
    distance += 1;
  }
  const ascii = String(distance % 10);
  digits.set(character, ascii);
  return ascii;
}

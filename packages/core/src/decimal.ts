import { CaioError } from "./errors.ts";
import { divideBig, toSafe, type Rounding } from "./fixed-point.ts";

const DECIMAL = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?(?:e(-?\d{1,3}))?$/;
const MAX_EXPONENT = 40;

/**
 * A decimal text as an integer count of 10^−digits, read from its text and never through a float.
 *
 * The grammar is `-?digits(.digits)?(e-?d+)?` (formats, Encodings). A number is accepted only if its shortest text has
 * at most 15 significant digits, so that the text is what the author wrote.
 *
 * @param source - decimal text, or a JSON number
 * @param digits - 6 for micros, 12 for pico, 3 for milliseconds to microseconds
 * @param rounding - which way what lies below the last digit goes
 * @throws CaioError `NumberOutOfRange` for other text, exponents beyond ±40, and results past 2^53 − 1.
 *
 * @example
 * ```ts
 * import { parseDecimal } from "@caio/core";
 *
 * parseDecimal("0.0000001", 12, "up"); // 100000
 * parseDecimal("1.5", 0, "down"); // 1
 * ```
 */
export function parseDecimal(source: string | number, digits: number, rounding: Rounding): number {
  const match = DECIMAL.exec(typeof source === "number" ? numberText(source) : source);
  if (match === null) throw refuse(String(source), "a decimal such as 12, 0.5 or 1e-6");
  const [, sign, whole = "", fraction = "", exponentText = "0"] = match;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > MAX_EXPONENT) throw refuse(String(source), "an exponent between -40 and 40");
  const unsigned = BigInt(whole + fraction);
  const coefficient = sign === "-" ? -unsigned : unsigned;
  const shift = exponent + digits - fraction.length;
  const scaled =
    shift >= 0 ? coefficient * 10n ** BigInt(shift) : divideBig(coefficient, 10n ** BigInt(-shift), rounding);
  try {
    return toSafe(scaled);
  } catch (cause) {
    throw refuse(String(source), "a number within 2^53 − 1 of its smallest unit", cause);
  }
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw refuse(String(value), "a finite number");
  const text = String(value);
  const significant = text
    .replace(/^-/, "")
    .replace(/e.*$/, "")
    .replace(".", "")
    .replace(/^0+/, "")
    .replace(/0+$/, "");
  if (significant.length > 15) throw refuse(text, "at most 15 significant digits; write more as text in quotes");
  // ECMAScript writes 1e+21; the grammar has no plus sign.
  return text.replace("e+", "e");
}

function refuse(found: string, expected: string, cause?: unknown): CaioError<"NumberOutOfRange"> {
  const shown = found.length > 60 ? `${found.slice(0, 60)}…` : found;
  return new CaioError("NumberOutOfRange", `Found ${JSON.stringify(shown)}, expected ${expected}.`, {
    details: { found: shown, expected },
    cause,
  });
}

import { decimalMod, isDayOfYear, isLuhn } from "../check-digits.ts";
import type { NationalId } from "./national-id.ts";

/**
 * Swedish personnummer and samordningsnummer (day + 60): the ten digits without the century pass Luhn. Written with `-` or
 * `+`, or in twelve digits; ten digits alone are too common to tell.
 */
export const personnummer: NationalId = {
  country: "SE",
  pattern: /(?<![A-Za-z0-9+-])(?:(?:19|20)?\d{6}[-+]\d{4}|(?:19|20)\d{10})(?![A-Za-z0-9]|-\d)/g,
  isLawful: (compact) => {
    const digits = compact.replace("+", "").slice(-10);
    const day = Number(digits.slice(4, 6));
    return isDayOfYear(Number(digits.slice(2, 4)), day > 60 ? day - 60 : day) && isLuhn(digits);
  },
};

const HETU_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY";

/** Finnish henkilötunnus: date, a sign of the century, number, and a check modulo 31. `-` is gone from the compact form. */
export const hetu: NationalId = {
  country: "FI",
  pattern: /(?<![A-Za-z0-9])\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?![A-Za-z0-9])/gi,
  isLawful: (compact) => {
    const digits = compact.slice(0, 6) + compact.slice(-4, -1);
    const lawfulDay = isDayOfYear(Number(digits.slice(2, 4)), Number(digits.slice(0, 2)));
    return lawfulDay && HETU_CHECKS.charAt(decimalMod(digits, 31)) === compact.slice(-1);
  },
};

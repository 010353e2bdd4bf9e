import { isDayOfYear, weightedSum } from "../check-digits.ts";
import type { NationalId } from "./national-id.ts";

/** PESEL: a date with the century in the month, a number, and a check modulo 10. */
export const pesel: NationalId = {
  country: "PL",
  pattern: /(?<![A-Za-z0-9.+-])\d{11}(?![A-Za-z0-9]|[.-]\d)/g,
  isLawful: (compact) => {
    const month = Number(compact.slice(2, 4)) % 20;
    if (!isDayOfYear(month, Number(compact.slice(4, 6)))) return false;
    return weightedSum(compact, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
  },
};

import { decimalMod } from "../check-digits.ts";
import type { NationalId } from "./national-id.ts";

/** NIR: sex, year, month, department (2A and 2B in Corsica), commune, order, and the key 97 − number mod 97 (INSEE). */
export const nir: NationalId = {
  country: "FR",
  pattern:
    /(?<![A-Za-z0-9])[1-478] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-4]\d|[5-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3}[ /-]?\d{2}(?![A-Za-z0-9])/gi,
  isLawful: (compact) => {
    // Corsica's departments stand for 19 and 18 in the sum.
    const digits = compact.slice(0, 13).replace("2A", "19").replace("2B", "18");
    return 97 - decimalMod(digits, 97) === Number(compact.slice(13));
  },
};

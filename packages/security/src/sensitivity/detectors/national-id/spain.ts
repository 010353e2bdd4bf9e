import type { NationalId } from "./national-id.ts";

const LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

/** DNI (eight digits) and NIE (X, Y or Z and seven): the letter is the number modulo 23. */
export const identityNumber: NationalId = {
  country: "ES",
  pattern: /(?<![A-Za-z0-9])(?:\d{2}\.?\d{3}\.?\d{3}|[XYZ][ -]?\d{7})[ -]?[A-HJ-NP-TV-Z](?![A-Za-z0-9])/gi,
  isLawful: (compact) => {
    const digits = compact.slice(0, -1).replace("X", "0").replace("Y", "1").replace("Z", "2");
    return LETTERS.charAt(Number(digits) % 23) === compact.slice(-1);
  },
};

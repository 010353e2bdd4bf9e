import type { NationalId } from "./national-id.ts";

/** Values of 0–9 at odd places (first, third, …); those of A–J are the same (DM 12/03/1974). */
const ODD_DIGITS = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const ODD_LETTERS = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Codice fiscale: sixteen characters, the last a check; a digit may be a letter of LMNPQRSTUV where two people collide. */
export const fiscalCode: NationalId = {
  country: "IT",
  pattern:
    /(?<![A-Za-z0-9])[A-Z]{3} ?[A-Z]{3} ?[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2} ?[A-Z][\dLMNP-V]{3}[A-Z](?![A-Za-z0-9])/gi,
  isLawful: (compact) => {
    // A word of sixteen letters alone is none.
    if (!/\d/.test(compact)) return false;
    const sum = Array.from(compact.slice(0, 15), valueAt).reduce((total, value) => total + value, 0);
    return String.fromCharCode(65 + (sum % 26)) === compact.slice(15);
  },
};

function valueAt(character: string, index: number): number {
  const isNumber = character >= "0" && character <= "9";
  const rank = character.charCodeAt(0) - (isNumber ? 48 : 65);
  if (index % 2 === 1) return rank;
  return (isNumber ? ODD_DIGITS : ODD_LETTERS)[rank] ?? 0;
}

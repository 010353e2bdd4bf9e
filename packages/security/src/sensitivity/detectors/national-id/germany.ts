import { isMod11Mod10 } from "../check-digits.ts";
import type { NationalId } from "./national-id.ts";

/**
 * Steuer-ID (§139b AO): eleven digits, not beginning with 0, the last an ISO 7064 MOD 11,10 check; among the first ten one
 * digit comes twice or three times, and every other at most once.
 */
export const taxId: NationalId = {
  country: "DE",
  pattern: /(?<![A-Za-z0-9.+-])[1-9]\d[ /.-]?\d{3}[ /.-]?\d{3}[ /.-]?\d{3}(?![A-Za-z0-9]|[.-]\d)/g,
  isLawful: (compact) => hasOneRepeated(compact.slice(0, 10)) && isMod11Mod10(compact),
};

function hasOneRepeated(digits: string): boolean {
  const counts = new Map<string, number>();
  for (const digit of digits) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  return repeated.length === 1 && (repeated[0] === 2 || repeated[0] === 3);
}

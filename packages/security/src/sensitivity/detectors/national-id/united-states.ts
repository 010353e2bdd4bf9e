import type { NationalId } from "./national-id.ts";

/** Area 000, 666 and 900–999, group 00 and serial 0000 are never given out (SSA). */
function isSsn(compact: string): boolean {
  return !/^(?:000|666|9)/.test(compact) && !compact.startsWith("00", 3) && !compact.endsWith("0000");
}

/** Social Security number in its form 3-2-4. */
export const socialSecurityNumber: NationalId = {
  country: "US",
  pattern: /(?<![A-Za-z0-9-])\d{3}(?:-\d{2}-|  ?\d{2}  ?)\d{4}(?![A-Za-z0-9]|-\d)/g,
  isLawful: isSsn,
};

/** Social Security number without separators, after a word that says so. */
export const plainSocialSecurityNumber: NationalId = {
  country: "US",
  pattern: /(?<![A-Za-z0-9])\d{9}(?![A-Za-z0-9])/g,
  isLawful: isSsn,
  context: /\b(?:ssn|social security)\b/i,
};

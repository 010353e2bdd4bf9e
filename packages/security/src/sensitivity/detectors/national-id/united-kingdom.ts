import type { NationalId } from "./national-id.ts";

/** National Insurance number: two prefix letters, six digits, a suffix A–D (HMRC). */
export const nationalInsuranceNumber: NationalId = {
  country: "GB",
  pattern: /(?<![A-Za-z0-9])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D](?![A-Za-z0-9])/gi,
  isLawful: (compact) => !/^(?:BG|GB|KN|NK|NT|TN|ZZ)/.test(compact),
};

import { canonicalParts, partsDigest, partsText, type CanonicalPart, type Digest } from "@caio/core";

import { pairTexts } from "./certificate-text.ts";
import type { Certificate } from "./certificate.ts";

/** A certificate with its text and digest: what the log names and a receipt carries. From `sealCertificate`. */
export class SealedCertificate {
  readonly certificate: Certificate;
  /** Canonical JSON. What many certificates have in common, as what H proves of the same pairs, stands for itself. */
  readonly parts: readonly CanonicalPart[];
  readonly digest: Digest;

  constructor(certificate: Certificate, parts: readonly CanonicalPart[]) {
    this.certificate = certificate;
    this.parts = parts;
    this.digest = partsDigest(parts);
  }

  /** Canonical JSON in one piece. */
  get text(): string {
    return partsText(this.parts);
  }
}

/** A certificate that was sealed in another thread, as it came from there: its text in parts, and the digest of them. */
export type WrittenCertificate = Pick<SealedCertificate, "parts" | "digest">;

/**
 * The text and the digest of a certificate (certificate §1). It costs as much as the rest of a decision: whoever needs them again keeps
 * what is given here.
 *
 * @throws CaioError `NotCanonical`
 */
export function sealCertificate(certificate: Certificate): SealedCertificate {
  return new SealedCertificate(certificate, canonicalParts(certificate, pairTexts(certificate)));
}

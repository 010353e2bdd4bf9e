import { sha256Hex, withCanonicalBytes, type Digest } from "@caio/core";

import { pairTexts } from "./certificate-text.ts";
import type { Certificate } from "./certificate.ts";

/** The bytes of a certificate and their digest: what the log names and a receipt carries. From `sealCertificate`. */
export class SealedCertificate {
  readonly certificate: Certificate;
  readonly digest: Digest;
  #text: string | undefined;

  /** @param digest - of the text */
  constructor(certificate: Certificate, digest: Digest) {
    this.certificate = certificate;
    this.digest = digest;
  }

  /** Canonical JSON; written when it is first asked for. */
  get text(): string {
    return (this.#text ??= withCanonicalBytes(this.certificate, (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(), pairTexts(this.certificate)));
  }
}

/**
 * The text and the digest of a certificate (certificate §1). It costs as much as the rest of a decision: whoever needs them again keeps
 * what is given here.
 *
 * @throws CaioError `NotCanonical`
 */
export function sealCertificate(certificate: Certificate): SealedCertificate {
  return new SealedCertificate(certificate, withCanonicalBytes(certificate, (bytes) => sha256Hex(bytes), pairTexts(certificate)));
}

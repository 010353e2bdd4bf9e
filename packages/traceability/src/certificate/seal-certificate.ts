import { canonicalJson, sha256Hex, type Digest } from "@caio/core";

import type { Certificate } from "./certificate.ts";

/** The bytes of a certificate and their digest: what the log names and a receipt carries. */
export interface SealedCertificate {
  /** Canonical JSON. */
  readonly text: string;
  readonly digest: Digest;
}

const sealed = new WeakMap<Certificate, SealedCertificate>();

/**
 * The text and the digest of a certificate (certificate §1). A certificate never changes, so each is written and hashed once,
 * however often it is asked for.
 *
 * @throws CaioError `NotCanonical`
 */
export function sealCertificate(certificate: Certificate): SealedCertificate {
  const known = sealed.get(certificate);
  if (known !== undefined) return known;
  const text = canonicalJson(certificate);
  // The statements hold a few characters that are not ASCII; such a text is hashed faster from its bytes.
  const made = { text, digest: sha256Hex(Buffer.from(text)) };
  sealed.set(certificate, made);
  return made;
}

import { canonicalJson, sha256Hex, withCanonicalBytes, type Digest } from "@caio/core";

import { writePairs } from "./certificate-text.ts";
import type { Certificate } from "./certificate.ts";

/** The bytes of a certificate and their digest: what the log names and a receipt carries. */
export interface SealedCertificate {
  /** Canonical JSON; written when it is asked for. */
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
  writePairs(certificate);
  let text: string | undefined;
  const made = {
    digest: withCanonicalBytes(certificate, (bytes) => sha256Hex(bytes)),
    get text() {
      return (text ??= canonicalJson(certificate));
    },
  };
  sealed.set(certificate, made);
  return made;
}

import { CaioError, digest, isDigest, type Digest, type JsonValue } from "@caio/core";

/**
 * The digest of a payload before and after transport (INV-CAIO-SEC-0006): SHA-256 of its canonical JSON. Keep it inside:
 * the digest of a short payload can be guessed back.
 *
 * @throws CaioError `NotCanonical`
 */
export function digestPayload(payload: JsonValue): Digest {
  return digest(payload);
}

/**
 * Holds a payload to the digest taken earlier. On a mismatch the payload must not be used or returned.
 *
 * @param expected - of `digestPayload`
 * @param actual - the payload as it arrived
 * @throws CaioError `IntegrityViolation`, with nothing of the payload and neither digest.
 *
 * @example
 * ```ts
 * import { digestPayload, verifyIntegrity } from "@caio/security";
 *
 * const sent = digestPayload({ text: "hello", n: 1 });
 * verifyIntegrity(sent, { n: 1, text: "hello" }); // returns: key order is no change
 * ```
 */
export function verifyIntegrity(expected: Digest, actual: JsonValue): void {
  let same = false;
  try {
    same = isDigest(expected) && digest(actual) === expected;
  } catch (error) {
    // What has no canonical form cannot be what was digested.
    if (!(error instanceof CaioError)) throw error;
  }
  if (!same) throw integrityViolation("The payload is not the one that was digested. Discard it and send it again.", "digest");
}

/** The typed refusal of a payload, result or signature that was changed on its way. */
export function integrityViolation(message: string, reason: string): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", message, { details: { reason } });
}

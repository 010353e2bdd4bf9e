/**
 * Signature algorithms that a token may use (RFC 7518 §3.1, RFC 8037). All asymmetric: `none` and the HMAC family are not
 * among them, so that a public key can never pass for a shared secret (RFC 8725 §2.1).
 */
export const supportedAlgorithms = [
  "EdDSA",
  "ES256",
  "ES384",
  "ES512",
  "PS256",
  "PS384",
  "PS512",
  "RS256",
  "RS384",
  "RS512",
] as const;

export type SignatureAlgorithm = (typeof supportedAlgorithms)[number];

/** The allow-list where an operator names none. */
export const defaultAlgorithms: readonly SignatureAlgorithm[] = ["EdDSA", "ES256", "ES384", "PS256", "RS256"];

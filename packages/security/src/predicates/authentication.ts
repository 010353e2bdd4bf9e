import type { AuthenticationEvidence, Principal } from "@caio/contracts";

import type { AuthenticationClaim } from "./evidence.ts";

/**
 * Authenticated(principal) at the time of the decision (calculus §4). The signature was checked once, at the door; what
 * is checked here is that the evidence carried in still stands at `now`.
 *
 * @param now - milliseconds; expired from `1000·exp` on, valid from `1000·nbf` on
 * @param options - `algorithms`: the allow-list of token algorithms
 *
 * @example
 * ```ts
 * import { defaultAlgorithms, verifyAuthentication } from "@caio/security";
 *
 * const principal = {
 *   subject: "ada", issuer: "https://id.example", tenant: "acme", permissions: [], trust: 5,
 *   evidence: { method: "jwt", alg: "ES256", exp: 1_764_000_000 },
 * } as const;
 * verifyAuthentication(principal, 1_763_999_999_999, { algorithms: defaultAlgorithms }).holds; // true
 * verifyAuthentication(principal, 1_764_000_000_000, { algorithms: defaultAlgorithms }).reason; // "expired"
 * ```
 */
export function verifyAuthentication(
  principal: Principal,
  now: number,
  options: { readonly algorithms: readonly string[] },
): AuthenticationClaim {
  const { evidence } = principal;
  const reason = judge(evidence, now, options.algorithms);
  return {
    clause: "authentication",
    holds: reason === "ok",
    reason,
    method: evidence.method,
    issuer: principal.issuer,
    now,
    ...(evidence.keyId === undefined ? {} : { keyId: evidence.keyId }),
    ...(evidence.alg === undefined ? {} : { alg: evidence.alg }),
    ...(evidence.exp === undefined ? {} : { exp: evidence.exp }),
    ...(evidence.nbf === undefined ? {} : { nbf: evidence.nbf }),
  };
}

function judge(
  evidence: AuthenticationEvidence,
  now: number,
  algorithms: readonly string[],
): AuthenticationClaim["reason"] {
  // A switch with a refusing default: a method that this version does not know is nobody's.
  switch (evidence.method) {
    case "local":
      return "ok";
    case "api_key":
      if (evidence.keyId === undefined || evidence.keyId === "") return "no_key_id";
      return evidence.exp === undefined || before(now, evidence.exp) ? "ok" : "expired";
    case "jwt":
      if (evidence.alg === undefined || !algorithms.includes(evidence.alg)) return "algorithm";
      if (evidence.exp === undefined) return "no_expiry";
      if (!before(now, evidence.exp)) return "expired";
      return evidence.nbf === undefined || reached(now, evidence.nbf) ? "ok" : "not_yet_valid";
    default:
      return "method";
  }
}

/** now < 1000·seconds; false for what is no safe integer. */
function before(now: number, seconds: number): boolean {
  return Number.isSafeInteger(now) && Number.isSafeInteger(seconds) && now < seconds * 1000;
}

/** now ≥ 1000·seconds; false for what is no safe integer. */
function reached(now: number, seconds: number): boolean {
  return Number.isSafeInteger(now) && Number.isSafeInteger(seconds) && now >= seconds * 1000;
}

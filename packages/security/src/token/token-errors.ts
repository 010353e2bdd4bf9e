import { CaioError } from "@caio/core";

/** Why a token was refused, for machines: `details.reason`. */
export type TokenProblem =
  | "malformed"
  | "too_large"
  | "algorithm"
  | "critical_header"
  | "unknown_key"
  | "ambiguous_key"
  | "bad_key"
  | "signature"
  | "type"
  | "issuer"
  | "audience"
  | "expired"
  | "not_yet_valid"
  | "claim";

/**
 * The typed refusal of a token. It has no `cause`: the errors of the token library carry the claims, and those are
 * personal data.
 */
export function invalidToken(
  reason: TokenProblem,
  message: string,
  details: Readonly<Record<string, string>> = {},
): CaioError<"InvalidToken"> {
  return new CaioError("InvalidToken", message, { details: { ...details, reason } });
}

/** The refusal of a claim that is there but cannot be used. Names the claim and what is expected, never its value. */
export function invalidClaim(claim: string, expected: string): CaioError<"InvalidToken"> {
  return invalidToken("claim", `Claim ${JSON.stringify(claim)}: expected ${expected}. Have the issuer set it so.`, {
    claim,
    expected,
  });
}

import { errors } from "jose";

import { CaioError, isCaioError } from "@caio/core";

import { invalidToken } from "./token-errors.ts";

/** What the token library threw, as an error that says what to do and repeats nothing of the token. */
export function fromJose(error: unknown): CaioError {
  if (isCaioError(error)) return error;
  if (error instanceof errors.JWTExpired) return expired();
  if (error instanceof errors.JWTClaimValidationFailed) return fromClaim(error.claim);
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return invalidToken("algorithm", "The token's algorithm is not allowed. Sign it with one of the allowed algorithms.");
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return invalidToken("unknown_key", "No key of the key set fits the token's kid and algorithm. Sign with a published key.");
  }
  if (error instanceof errors.JWKSMultipleMatchingKeys) {
    return invalidToken("ambiguous_key", "Several keys of the key set fit the token. Have the issuer name one by kid.");
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return invalidToken("signature", "The token's signature does not verify. Obtain a new token from the issuer.");
  }
  if (error instanceof errors.JOSENotSupported) {
    return invalidToken("critical_header", "The token's header demands an extension that is not supported. Issue it without crit.");
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return invalidToken("malformed", "The token is no well-formed signed JWT (three base64url parts). Obtain a new one.");
  }
  return invalidToken("bad_key", "The key named by the token cannot verify its algorithm. Publish a proper key (RSA: 2048 bits or more).");
}

/** The one message for a token whose time is over. */
export function expired(): CaioError<"InvalidToken"> {
  return invalidToken("expired", "The token has expired. Obtain a new one from the issuer.");
}

/** The one message for a token whose time has not come. */
export function notYetValid(): CaioError<"InvalidToken"> {
  return invalidToken("not_yet_valid", "The token is not valid yet (nbf). Use it later, or check the clocks.");
}

function fromClaim(claim: string): CaioError<"InvalidToken"> {
  switch (claim) {
    case "iss":
      return invalidToken("issuer", "The token is not from an accepted issuer (iss). Obtain one from an issuer configured here.");
    case "aud":
      return invalidToken("audience", "The token is for another audience (aud). Request one for this service.");
    case "nbf":
      return notYetValid();
    case "typ":
      return invalidToken("type", "The token is of another type (typ). Use an access token.");
    default:
      return invalidToken("claim", "The token lacks a claim that is needed, or it has the wrong type: sub, iss, aud and exp must be there.");
  }
}

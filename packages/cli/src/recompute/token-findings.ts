import { isCaioError } from "@caio/core";
import { supportedAlgorithms, TokenAuthenticator, type SignatureAlgorithm, type TokenAuthenticatorOptions } from "@caio/security";
import type { Json } from "@caio/verifier";

import { member, type BundleStated } from "./bundle-parts.ts";
import { attested, proved, refuted, type Finding } from "./finding.ts";

const CHECK = "attested.authentication";
const BY_TOKEN = "the token's signature holds under the issuer's keys";
/** Clocks may differ by so many seconds, which a door adds to exp and takes from nbf. */
const MAX_TOLERANCE = 300;
/** Which claim says what is the door's business; who the token speaks of is committed to. No claim has these names. */
const NO_CLAIMS = { tenant: "\u0000", permissions: "\u0000", scope: "\u0000", trust: "\u0000", region: "\u0000", traits: "\u0000" };

/** A token with the keys of its issuer. Nothing of the token is ever said. */
export interface TokenEvidence {
  readonly token: string;
  readonly keys: TokenAuthenticatorOptions["keys"];
}

/** Who the caller was, where it is known: as the bundle or its world opens it. */
export interface KnownCaller {
  readonly subject?: string | undefined;
  readonly issuer?: string | undefined;
}

/**
 * Verifies a token as the door did, at the time of the decision, and holds it against what the certificate says of it.
 *
 * @throws CaioError `InvalidPolicy` for what is no set of public keys
 */
export async function tokenFinding({ token, keys }: TokenEvidence, { certificate }: BundleStated, caller: KnownCaller): Promise<Finding> {
  const stated = statedOf(certificate);
  if (stated.method !== "jwt") return attested(CHECK, `the caller was recognised by ${typeof stated.method === "string" ? stated.method.slice(0, 20) : "nothing"}, not by a token`);
  const claims = claimsOf(token);
  const tolerance = typeof stated.exp === "number" && typeof claims.exp === "number" ? stated.exp - Math.floor(claims.exp) : 0;
  const algorithm = supportedAlgorithms.find((name) => name === stated.alg);
  if (algorithm === undefined) return refuted(CHECK, "the certificate names no algorithm of the allow-list");
  if (tolerance < 0 || tolerance > MAX_TOLERANCE) return refuted(CHECK, "exp is not that of the token");
  const door = doorOf(keys, algorithm, { claims, tolerance });
  try {
    const { evidence, subject } = await door.authenticate(token, typeof stated.now === "number" ? stated.now : Number.NaN);
    const problem = [
      stated.keyId === (evidence.keyId ?? null) ? undefined : "kid is not that of the token",
      stated.exp === (evidence.exp ?? null) ? undefined : "exp is not that of the token",
      stated.nbf === (evidence.nbf ?? null) ? undefined : "nbf is not that of the token",
      caller.issuer === undefined || caller.issuer === claims.iss ? undefined : "the token has another issuer than the caller",
      caller.subject === undefined || caller.subject === subject ? undefined : "the token speaks of another subject than the caller",
    ].find((each) => each !== undefined);
    if (problem !== undefined) return refuted(CHECK, problem);
    return proved(CHECK, `${BY_TOKEN}${tolerance === 0 ? "" : `; clocks may differ by ${String(tolerance)} s`}${whose(caller)}`);
  } catch (error) {
    // Refusals of the door repeat nothing of the token.
    if (!isCaioError(error)) throw error;
    return refuted(CHECK, error.message);
  }
}

/** What was not known of the caller, and so not compared. */
function whose({ subject, issuer }: KnownCaller): string {
  const unknown = [...(issuer === undefined ? ["issuer"] : []), ...(subject === undefined ? ["subject"] : [])];
  return unknown.length === 0 ? "" : `; withheld, so not compared: ${unknown.join(", ")}`;
}

function doorOf(keys: TokenAuthenticatorOptions["keys"], algorithm: SignatureAlgorithm, { claims, tolerance }: { readonly claims: TokenClaims; readonly tolerance: number }): TokenAuthenticator {
  return new TokenAuthenticator({
    issuer: claims.iss,
    // Audience is the door's own name, which a certificate does not hold.
    audience: claims.aud,
    keys,
    algorithms: [algorithm],
    clockToleranceSeconds: tolerance,
    claims: NO_CLAIMS,
    defaultTenant: "unasked",
  });
}

interface Stated {
  readonly method: Json;
  readonly alg: Json;
  readonly keyId: Json;
  readonly exp: Json;
  readonly nbf: Json;
  readonly now: Json;
}

function statedOf(certificate: Json): Stated {
  const of = (key: string): Json => member(certificate, "authentication", key);
  return { method: of("method"), alg: of("alg"), keyId: of("keyId"), exp: of("exp"), nbf: of("nbf"), now: member(certificate, "now") };
}

interface TokenClaims {
  readonly iss: string;
  readonly aud: readonly string[];
  readonly exp: unknown;
}

/** What the token claims before its signature is known to hold: only which door to ask. Never throws. */
function claimsOf(token: string): TokenClaims {
  const claims = readJson(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
  const [iss, aud] = [member(claims, "iss"), member(claims, "aud")];
  return { iss: typeof iss === "string" ? iss : "", aud: (Array.isArray(aud) ? aud : [aud]).filter((each) => typeof each === "string"), exp: member(claims, "exp") };
}

function readJson(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return value as Json;
  } catch {
    return null;
  }
}

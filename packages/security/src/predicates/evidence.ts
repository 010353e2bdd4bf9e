import type { AuthenticationMethod, EncryptionType, Locality, Route } from "@caio/contracts";

/** Clauses of step 3, in the order in which the first failing one is named (calculus §1). */
export const securityClauses = ["authentication", "authorization", "privacy", "trust", "access"] as const;
export type SecurityClause = (typeof securityClauses)[number];

/** `exp` and `nbf` in seconds (RFC 7519 NumericDate), `now` in milliseconds. `reason` is `ok` exactly if `holds`. */
export interface AuthenticationClaim {
  readonly clause: "authentication";
  readonly holds: boolean;
  readonly reason: "ok" | "algorithm" | "no_expiry" | "expired" | "not_yet_valid" | "no_key_id" | "method";
  readonly method: AuthenticationMethod;
  readonly issuer: string;
  readonly now: number;
  readonly keyId?: string;
  readonly alg?: string;
  readonly exp?: number;
  readonly nbf?: number;
}

/**
 * `required` is what the contract says. Of the principal's permissions only those among the required ones ever appear:
 * `matched` shows the ones that decided, `missing` the required ones it lacks where the predicate fails.
 */
export interface AuthorizationClaim {
  readonly clause: "authorization";
  readonly holds: boolean;
  readonly public: boolean;
  readonly match: "any" | "all";
  readonly required: readonly string[];
  readonly matched: readonly string[];
  readonly missing: readonly string[];
}

/** `basis` is the first reason of calculus §4 for which privacy is kept, `none` if there is none. */
export interface PrivacyClaim {
  readonly clause: "privacy";
  readonly holds: boolean;
  readonly basis: "not_sensitive" | "locality" | "encryption" | "allowed_labels" | "none";
  readonly mode: "strict" | "encrypted";
  /** The sensitive labels of this request, sorted. Never the text that carried them. */
  readonly sensitive: readonly string[];
  readonly locality?: Locality;
  readonly encryption?: boolean;
  readonly encryptionType?: EncryptionType;
}

/** The principal's own level is left out: the certificate commits to it. */
export interface TrustClaim {
  readonly clause: "trust";
  readonly holds: boolean;
  readonly required: number;
}

/** The principal's tenant and region are left out: the certificate commits to them. */
export interface AccessClaim {
  readonly clause: "access";
  readonly holds: boolean;
  readonly tenant: "open" | "member" | "outside";
  readonly region: "unsaid" | "inside" | "outside";
  readonly route: "any" | "same" | "different";
  readonly regions: readonly string[];
  readonly requestRoute: "any" | Route;
  readonly contractRoute?: Route;
}

/** What one predicate found: JSON, with no subject, no token and no text of the request. */
export type SecurityEvidence = AuthenticationClaim | AuthorizationClaim | PrivacyClaim | TrustClaim | AccessClaim;

/** All five evidences in the order of `securityClauses`, also where an early one fails. */
export interface SecurityVerdict {
  readonly holds: boolean;
  /** The first failing clause, null if all hold. */
  readonly failed: SecurityClause | null;
  readonly evidence: readonly [AuthenticationClaim, AuthorizationClaim, PrivacyClaim, TrustClaim, AccessClaim];
}

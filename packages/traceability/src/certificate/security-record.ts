/** How the caller was recognised; null where unsaid. The signature itself is attested (certificate §8). */
export interface AuthenticationRecord {
  readonly clause: "authentication";
  readonly method: string;
  readonly alg: string | null;
  readonly keyId: string | null;
  readonly exp: number | null;
  readonly nbf: number | null;
}

export interface AuthorizationRecord {
  readonly clause: "authorization";
  readonly public: boolean;
  readonly match: "any" | "all";
  readonly required: readonly string[];
  /** required ∩ permissions, sorted */
  readonly matched: readonly string[];
}

export interface PrivacyRecord {
  readonly clause: "privacy";
  readonly basis: "not_sensitive" | "locality" | "encryption" | "allowed_labels";
  readonly mode: "strict" | "encrypted";
  /** labels ∩ the policy's sensitive ones, sorted */
  readonly sensitive: readonly string[];
}

export interface TrustRecord {
  readonly clause: "trust";
  readonly required: number;
}

export interface AccessRecord {
  readonly clause: "access";
  readonly tenant: "open" | "member";
  readonly region: "unsaid" | "inside";
  readonly route: "any" | "same";
}

/** The five security evidences of a chosen pair, in the order of the clauses (certificate §8). */
export type SecurityRecords = readonly [AuthenticationRecord, AuthorizationRecord, PrivacyRecord, TrustRecord, AccessRecord];

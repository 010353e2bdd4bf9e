/** Micros, 0 … 1 000 000. */
export interface Traits {
  readonly conservativeMicros: number;
  readonly confidentialMicros: number;
  readonly riskMicros: number;
}

export type AuthenticationMethod = "jwt" | "api_key" | "local";

/** How the caller was recognised. `exp` and `nbf` are in seconds (RFC 7519 NumericDate). Never a token, never a hash of one. */
export interface AuthenticationEvidence {
  readonly method: AuthenticationMethod;
  readonly keyId?: string;
  readonly alg?: string;
  readonly exp?: number;
  readonly nbf?: number;
}

/** Who asks: only what authentication yielded. */
export interface Principal {
  readonly subject: string;
  readonly issuer: string;
  readonly tenant: string;
  readonly permissions: readonly string[];
  /** 0 … 10 */
  readonly trust: number;
  readonly region?: string;
  readonly traits?: Traits;
  readonly evidence: AuthenticationEvidence;
}

export { defaultAlgorithms, supportedAlgorithms, type SignatureAlgorithm } from "./algorithms.ts";

export { verifyAccessControl } from "./predicates/access-control.ts";
export { verifyAuthentication } from "./predicates/authentication.ts";
export { verifyAuthorization } from "./predicates/authorization.ts";
export {
  securityClauses,
  type AccessClaim,
  type AuthenticationClaim,
  type AuthorizationClaim,
  type PrivacyClaim,
  type SecurityClause,
  type SecurityEvidence,
  type SecurityVerdict,
  type TrustClaim,
} from "./predicates/evidence.ts";
export type { PrivacyPolicy } from "./predicates/privacy-policy.ts";
export { verifyPrivacy } from "./predicates/privacy.ts";
export { verifySecurity, type SecurityConfig, type SecurityQuestion } from "./predicates/security.ts";
export { SecurityTest } from "./predicates/security-test.ts";
export { questionOf, SecurityVerifier } from "./predicates/security-verifier.ts";
export { verifyTrust } from "./predicates/trust.ts";

export { readBearer, type Credential } from "./token/bearer.ts";
export { defaultClaimMapping, type ClaimMapping } from "./token/claim-mapping.ts";
export type { KeySetSource } from "./token/key-set-source.ts";
export { TokenAuthenticator, type TokenAuthenticatorOptions } from "./token/token-authenticator.ts";
export type { TokenProblem } from "./token/token-errors.ts";

export { ApiKeyAuthenticator } from "./api-key/api-key-authenticator.ts";
export { issueApiKey, type RandomSource } from "./api-key/api-key.ts";
export { InMemoryKeyStore } from "./api-key/in-memory-key-store.ts";
export type { KeyGrant, KeyLimits, KeyRecord, KeyStore } from "./api-key/key-store.ts";

export type {
  BudgetLedger,
  BudgetLimits,
  BudgetReservation,
  BudgetUsage,
  HeldReservation,
  ReservationResult,
  SettlementResult,
} from "./budget/budget-ledger.ts";
export { windowName, type BudgetWindow } from "./budget/budget-window.ts";
export { InMemoryBudgetLedger } from "./budget/in-memory-budget-ledger.ts";

export { digestPayload, verifyIntegrity } from "./integrity/payload-digest.ts";
export { signResult, verifyResult, type ResultSignature, type SignedResult } from "./integrity/result-signature.ts";
export { openPayload, sealPayload } from "./integrity/sealed-payload.ts";

export { defaultDetectors } from "./sensitivity/default-detectors.ts";
export { detectSensitivity } from "./sensitivity/detect-sensitivity.ts";
export type { Detector, Span } from "./sensitivity/detector.ts";
export { normaliseText } from "./sensitivity/normalise-text.ts";
export { unionLabels } from "./sensitivity/union-labels.ts";

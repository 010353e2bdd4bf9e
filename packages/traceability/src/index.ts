// Certificates
export type {
  Certificate,
  HistoryInput,
  PolicyInput,
  RegistryInput,
  RevealedLeaf,
  RevealedPrefix,
} from "./certificate/certificate.ts";
export type { CertifiedOutcome, CertifiedPromise, CertifiedSelection } from "./certificate/certified-outcome.ts";
export type {
  CertifiedAdmission,
  CertifiedLimit,
  CertifiedRejection,
  CertifiedResiduals,
  CertifiedVerdict,
} from "./certificate/certified-verdict.ts";
export type { DecisionBody, VersionReference } from "./certificate/decision-body.ts";
export { proofObjects, proofProperties, type ProofObject, type ProofProperty } from "./certificate/proof-object.ts";
export type {
  AccessRecord,
  AuthenticationRecord,
  AuthorizationRecord,
  PrivacyRecord,
  SecurityRecords,
  TrustRecord,
} from "./certificate/security-record.ts";

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

// Log
export { verifyChain, type ChainHeads, type ChainVerdict } from "./log/chain.ts";
export {
  entryHash,
  entryText,
  outcomeBody,
  type LogEntry,
  type LogRecord,
  type OutcomeBody,
  type VersionBody,
  type VersionKind,
} from "./log/log-entry.ts";
export { MerkleLog, type TreeHead } from "./log/merkle-log.ts";
export { parseLogEntry } from "./log/parse-log-entry.ts";

// Traces
export { InMemoryTraceStore } from "./trace/in-memory-trace-store.ts";
export type { LogReceipt } from "./trace/log-writer.ts";
export { keysOf, meetsQuery, type EntryKeys, type EntryQuery, type StoredEntry, type TraceStore } from "./trace/trace-store.ts";
export { createTrace, generateProof, type LoggedText, type Proof, type Trace, type TraceBody } from "./trace/trace.ts";
export { TraceabilitySystem, type LogVerdict, type TraceQuery } from "./trace/traceability-system.ts";
export type { LoggedVersion } from "./trace/version-ledger.ts";

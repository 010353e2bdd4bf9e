// Certificates
export type {
  Certificate,
  HistoryInput,
  PolicyInput,
  RegistryInput,
  RevealedLeaf,
  RevealedPrefix,
  Staleness,
} from "./certificate/certificate.ts";
export type { CertifiedOutcome, CertifiedPromise, CertifiedSelection } from "./certificate/certified-outcome.ts";
export type {
  CertifiedAdmission,
  CertifiedLimit,
  CertifiedRejection,
  CertifiedResiduals,
  CertifiedVerdict,
} from "./certificate/certified-verdict.ts";
export {
  PLAN_VERSION,
  sealPlanCertificate,
  type AdditiveLimit,
  type CertifiedBrokenLimit,
  type CertifiedMultipliers,
  type CertifiedPlanChoice,
  type CertifiedPlanProof,
  type CertifiedPlanRefusal,
  type CertifiedPlanStep,
  type OfferedBound,
  type PlanCertificate,
  type PlanLimits,
  type PlanOffer,
  type PlanTree,
} from "./certificate/plan-certificate.ts";
export type { DecisionBody, SharedVersionReference, VersionReference } from "./certificate/decision-body.ts";
export { sealCertificate, SealedCertificate, type WrittenCertificate } from "./certificate/seal-certificate.ts";
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
export { verifyChain, type ChainHeads, type ChainVerdict, type ExpiredLink } from "./log/chain.ts";
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

// Feedback
export { countingFeedback, decisionReward, type SaidFeedback } from "./feedback/decision-reward.ts";
export { feedbackAspects, feedbackKinds, untaughtReasons, type FeedbackAspect, type FeedbackBody, type FeedbackKind, type TaughtReward, type UntaughtReason } from "./feedback/feedback-body.ts";
export { teachingOf, type JudgedDecision, type Teaching } from "./feedback/taught-reward.ts";

// Keys
export { KeyRing, type NoteSigner } from "./signing/key-ring.ts";
export { PublicKey } from "./signing/public-key.ts";
export { ed25519, type SignatureAlgorithm } from "./signing/signature-algorithm.ts";
export { generateSigningKey, SigningKey } from "./signing/signing-key.ts";
export { VerifierKey } from "./signing/verifier-key.ts";
export { InMemoryDecisionKeyStore, type DecisionKeyStore, type DecisionOpening } from "./erasure/decision-key-store.ts";

// Retention
export type { RemovedPart, RetentionCutoffs, RetentionOptions, RetentionReport, RetentionRun, RetentionStore } from "./retention/retention-store.ts";

// Signed notes, checkpoints, receipts
export { openNote, signNote, type OpenedNote } from "./notes/signed-note.ts";
export { checkpointText, openCheckpoint, parseCheckpoint, signCheckpoint, type Checkpoint } from "./notes/checkpoint.ts";
export { CheckpointSigner, type CheckpointSignerOptions, type HeadSource } from "./notes/checkpoint-signer.ts";
export { InMemoryCheckpointStore, type CheckpointStore, type SignedCheckpoint } from "./notes/checkpoint-store.ts";
export { cosignaturesOf, cosignCheckpoint, withSignatures, witnessKey, type Cosignature } from "./notes/cosignature.ts";
export { parseReceipt, receiptText, verifyReceipt, type Receipt } from "./notes/receipt.ts";

// Witnesses
export { Witness, type WatchedLog, type WitnessFinding, type WitnessFindingKind, type WitnessVerdict } from "./witness/witness.ts";
export { InMemoryWitnessMemory, type WitnessedCheckpoint, type WitnessMemory } from "./witness/witness-memory.ts";

// Tiles
export { entryBundle, MAX_ENTRY_BYTES, parseEntryBundle } from "./tiles/entry-bundle.ts";
export { readTile, type TileSource } from "./tiles/read-tile.ts";
export { parseTilePath, TILE_WIDTH, tilePath, tilesOf, type Tile } from "./tiles/tile-path.ts";

// Audit
export type { AuditFinding, AuditFindingKind } from "./audit/audit-finding.ts";
export { auditLog, auditLogSegment, type LogSegment } from "./audit/audit-log.ts";
export { compareCheckpoints } from "./audit/compare-checkpoints.ts";
export { compareInstances, type InstanceFinding, type InstanceBounds, type InstanceLog } from "./audit/compare-instances.ts";
export { LogAudit, type AuditOptions } from "./audit/log-audit.ts";

// Bundles
export { readBundleLog, type BundleEntry, type BundleLog, type BundleLogPlace, type ProvableLog } from "./bundle/bundle-log.ts";
export { openEnvelope, preAuthEncoding, signEnvelope, type Envelope, type EnvelopeSignature } from "./bundle/envelope.ts";
export {
  DECISION_PREDICATE_TYPE,
  STATEMENT_PAYLOAD_TYPE,
  STATEMENT_TYPE,
  type Bundle,
  type BundleEncoding,
  type DecisionPredicate,
  type DecisionStatement,
  type DisclosedValue,
} from "./bundle/statement.ts";
export { PLAN_PREDICATE_TYPE, type PlanBundleLog, type PlanPredicate, type PlanStatement, type PlanStepEvidence } from "./bundle/plan-statement.ts";

// Traces
export { InMemoryTraceStore } from "./trace/in-memory-trace-store.ts";
export type { EntryListener, LogReceipt } from "./trace/log-writer.ts";
export { keysOf, meetsQuery, type AppendedEntry, type CertificateText, type EntryKeys, type EntryQuery, type ExpiredEntry, type ReadParts, type StoredEntry, type TraceStore } from "./trace/trace-store.ts";
export { createTrace, generateProof, type LoggedText, type Proof, type Trace, type TraceBody } from "./trace/trace.ts";
export { LogReader } from "./trace/log-reader.ts";
export type { TraceQuery } from "./trace/trace-reader.ts";
export { TraceabilitySystem, type LogVerdict } from "./trace/traceability-system.ts";
export type { LoggedVersion } from "./trace/version-ledger.ts";

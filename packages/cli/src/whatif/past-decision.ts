import type { Digest } from "@caio/core";
import type { CertifiedAdmission, CertifiedOutcome, CertifiedSelection } from "@caio/traceability";

/** A decision as the log tells it, with what came of it: what a question about other weights needs, and no more. */
export interface PastDecision {
  readonly decisionId: Digest;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  readonly seed: Digest;
  readonly requestDigest: Digest;
  /** Digest of the base policy. */
  readonly policy: Digest;
  /** Everything that was admissible, with the terms of its score. */
  readonly admitted: readonly CertifiedAdmission[];
  readonly selected: CertifiedSelection;
  readonly limits: CertifiedOutcome["limits"];
  /** The most that the pair chosen could cost, micros. */
  readonly costCapMicros: number | null;
  readonly attempts: readonly PastAttempt[];
  /** What was said of it last, by aspect: micros, −1 000 000 … 1 000 000. */
  readonly feedback: ReadonlyMap<string, number>;
}

/** One attempt at its execution. */
export interface PastAttempt {
  readonly status: string;
  readonly latencyUs: number;
  readonly costMicros: number | null;
}

/** Entries of a log that are no decision which could be asked about, and why. */
export interface LeftOut {
  /** Nothing was admissible: no weight changes that. */
  readonly refused: number;
  /** A fallback or a step of a plan: whether it came to it depends on the decision before. */
  readonly followUps: number;
  /** The certificate is past its retention, or was not kept. */
  readonly withoutCertificate: number;
}

/** What a log holds of a span of time. */
export interface PastDecisions {
  readonly decisions: readonly PastDecision[];
  readonly leftOut: LeftOut;
}

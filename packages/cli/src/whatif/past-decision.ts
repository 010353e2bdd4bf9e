import type { Digest } from "@caio/core";
import type { Certificate, CertifiedAdmission, CertifiedOutcome, CertifiedSelection } from "@caio/traceability";

/** What a certificate tells of a choice: what a question about other weights needs, and no more. */
export interface ChosenPair {
  readonly decisionId: Digest;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  readonly seed: Digest;
  readonly requestDigest: Digest;
  /** Digest of the base policy. */
  readonly policy: Digest;
  /** Of the registry. */
  readonly epoch: number;
  /** Everything that was admissible, with the terms of its score. */
  readonly admitted: readonly CertifiedAdmission[];
  readonly selected: CertifiedSelection;
  readonly limits: CertifiedOutcome["limits"];
  /** The most that the pair chosen could cost, micros. */
  readonly costCapMicros: number | null;
}

/** What a pair promised, as far as it is known. */
export interface Promised {
  /** The most that the call could cost, micros; null: unknown, or nothing promised. */
  readonly costMicros: number | null;
  /** At the coverage of the decision, microseconds; null as above. */
  readonly latencyUs: number | null;
}

/** A decision as the log tells it, with what came of it. */
export interface PastDecision extends ChosenPair {
  /** By each of `admitted`. */
  readonly promised: readonly Promised[];
  readonly attempts: readonly PastAttempt[];
  /** What was said of it last, by aspect: micros, −1 000 000 … 1 000 000. */
  readonly feedback: ReadonlyMap<string, number>;
}

/** @param outcome - that of the certificate */
export function chosenIn({ decisionId, now, seed, request, inputs, verdicts }: Certificate, { selected, limits, promise }: CertifiedOutcome): ChosenPair {
  const admitted = verdicts.filter((verdict) => verdict.step === 0);
  return { decisionId, now, seed, requestDigest: request.digest, policy: inputs.policy.base, epoch: inputs.registry.epoch, admitted, selected, limits, costCapMicros: promise.perCall.costCapMicros };
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

/** A decision as it is read from the log, before what it promised is looked up. */
export type ReadDecision = Omit<PastDecision, "promised">;

/** What a log holds of a span of time. */
export interface PastDecisions<Decision = PastDecision> {
  readonly decisions: readonly Decision[];
  readonly leftOut: LeftOut;
}

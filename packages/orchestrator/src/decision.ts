import type { Digest, JsonObject, RefusalCode } from "@caio/core";
import type { Candidate } from "@caio/contracts";
import type { FieldState } from "@caio/control";
import type { SecurityVerdict } from "@caio/security";
import type {
  Certificate,
  CertifiedAdmission,
  CertifiedOutcome,
  CertifiedRejection,
  CertifiedSelection,
  DecisionBody,
  SealedCertificate,
  Staleness,
} from "@caio/traceability";

/** The version of the decision function. A change that can alter any decision gets a new one. */
export const DECISION_VERSION = "caio-route/1";

/** The clauses of steps 1, 3 and 4, in the order in which the first failing one is named; step 2 names `rule:<id>` (calculus §1). */
export const clauses = {
  1: ["excluded", "health", "capabilities", "guarantees", "constraints", "assumptions"],
  3: ["authentication", "authorization", "privacy", "trust", "access"],
  4: ["safety", "policy", "traits", "budget", "latency"],
} as const;

export type Step = 1 | 2 | 3 | 4;
export type Clause = (typeof clauses)[1 | 3 | 4][number] | `rule:${string}`;

/** A pair that fell: where, at which clause, and what was found there. */
export interface Rejected extends CertifiedRejection {
  readonly step: Step;
  readonly clause: Clause;
  readonly evidence: JsonObject;
}

/** One per pair of the domain. */
export type Verdict = Rejected | CertifiedAdmission;

/** What every decision holds, chosen or refused. Plain JSON; no prompt, token or personal datum. */
interface Decided {
  readonly decisionId: Digest;
  /** In (service, model) order, null model first. */
  readonly verdicts: readonly Verdict[];
  readonly fieldState: FieldState;
  /** Index of the required group whose offers were looked at; null: the whole view. */
  readonly revealed: number | null;
  /** What was decided on though it was confirmed too long ago; absent where all was fresh. */
  readonly stale?: { readonly registry?: Staleness; readonly policy?: Staleness };
  /** Made when it is first asked for, as are its digest and the trace body. */
  readonly certificate: Certificate;
  readonly certificateDigest: Digest;
  /** The certificate with its text, for the log. Not enumerable. */
  readonly sealed: SealedCertificate;
  /** What the log keeps of it. */
  readonly trace: DecisionBody;
}

/** What the certificate says of a choice but for the digests that break ties: those are worked out with the certificate. */
export type DecidedOutcome = Omit<CertifiedOutcome, "selected" | "runnerUp"> & {
  readonly selected: Omit<CertifiedSelection, "tie">;
  readonly runnerUp: (Candidate & { readonly score: number }) | null;
};

export interface ChosenDecision extends Decided {
  readonly kind: "chosen";
  readonly outcome: DecidedOutcome;
  /** All five predicates with what each found. */
  readonly security: SecurityVerdict;
}

/** Nothing was admissible: a value, not an exception (calculus §1). */
export interface RefusedDecision extends Decided {
  readonly kind: "refused";
  readonly code: RefusalCode;
}

/** What `caioRoute` gives: a choice or a certified refusal. */
export type RoutingDecision = ChosenDecision | RefusedDecision;

/** The pair a decision chose. */
export function selectedCandidate(decision: ChosenDecision): Candidate {
  const { service, model } = decision.outcome.selected;
  return { service, model };
}

import { CaioError, type Digest } from "@caio/core";

import type { DecisionBody } from "../certificate/decision-body.ts";
import { proofObjects, type ProofObject, type ProofProperty } from "../certificate/proof-object.ts";
import type { FeedbackBody } from "../feedback/feedback-body.ts";
import { entryHash, type LogEntry, type OutcomeBody } from "../log/log-entry.ts";
import { parseLogEntry } from "../log/parse-log-entry.ts";

/** One of the six arguments of a certificate. */
export type Proof = ProofObject;

/** What a decision's entry states: the part of a trace that `caioRoute` yields (calculus §1, step 9). */
export type TraceBody = DecisionBody;

/** An entry and its place in the log. */
export interface LoggedText {
  readonly logIndex: number;
  readonly text: string;
}

/** A decision as the log tells it, with everything that came of it. */
export interface Trace extends TraceBody {
  readonly tenant: string;
  readonly logIndex: number;
  /** Leaf hash of the decision's entry. */
  readonly entryHash: Digest;
  /** Leaf hash of the tenant's entry before it. */
  readonly previous: Digest | null;
  readonly proofs: readonly Proof[];
  /** Attempts in the order in which they were logged, each with its place. */
  readonly outcomes: readonly (OutcomeBody & { readonly logIndex: number })[];
  /** What was said of it, in the order in which it was logged. */
  readonly feedback: readonly (FeedbackBody & { readonly logIndex: number })[];
}

/**
 * The trace of a decision from its entry and those of its outcomes and of what was said of it.
 *
 * @throws CaioError `IntegrityViolation` if an entry is none, is of another kind, or belongs to another decision or tenant.
 */
export function createTrace(decision: LoggedText, after: readonly LoggedText[] = []): Trace {
  const entry = parseLogEntry(decision.text);
  if (entry.kind !== "decision") throw refuse(decision.logIndex, `an entry of kind ${entry.kind}`, "a decision");
  const { body, tenant, prev } = entry;
  const entries = after.map(({ logIndex, text }) => ({ logIndex, entry: belonging(logIndex, parseLogEntry(text), { tenant, decisionId: body.decisionId }) }));
  return {
    ...body,
    tenant,
    logIndex: decision.logIndex,
    entryHash: entryHash(decision.text),
    previous: prev,
    // A plan chooses no pair of its own: what shows its choice stands in its certificate alone.
    proofs: body.outcome === "chosen" && body.selected === null ? [] : proofObjects(body.outcome === "chosen" ? "chosen" : "refused"),
    outcomes: entries.flatMap(({ logIndex, entry: each }) => (each.kind === "outcome" ? [{ ...each.body, logIndex }] : [])),
    feedback: entries.flatMap(({ logIndex, entry: each }) => (each.kind === "feedback" ? [{ ...each.body, logIndex }] : [])),
  };
}

type AfterDecision = Extract<LogEntry, { kind: "outcome" | "feedback" }>;

function belonging(logIndex: number, entry: LogEntry, { tenant, decisionId }: Pick<Trace, "tenant" | "decisionId">): AfterDecision {
  const isAfter = entry.kind === "outcome" || entry.kind === "feedback";
  if (isAfter && entry.tenant === tenant && entry.body.decisionId === decisionId) return entry;
  throw refuse(logIndex, "another entry", `an outcome of decision ${decisionId}, or feedback on it`);
}

/**
 * The argument for one property: its statement and method in words, and where the evidence is.
 *
 * @param evidence - JSON pointers into the certificate; default: those that every certificate uses
 */
export function generateProof(
  property: ProofProperty,
  kind: "chosen" | "refused",
  evidence?: readonly string[],
): Proof {
  const proof = proofObjects(kind).find((each) => each.property === property);
  if (proof === undefined) {
    throw new CaioError("InvalidProof", `Found property ${property}, expected one of the six of a certificate.`, {
      details: { found: property },
    });
  }
  return { ...proof, evidence: evidence ?? proof.evidence };
}

function refuse(logIndex: number, found: string, expected: string): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `At log index ${String(logIndex)}: found ${found}, expected ${expected}.`, {
    details: { log_index: logIndex, found, expected },
  });
}

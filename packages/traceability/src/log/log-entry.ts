import { canonicalJson, leafHash, toHex, type Digest } from "@caio/core";
import type { Candidate, Outcome } from "@caio/contracts";

import type { DecisionBody } from "../certificate/decision-body.ts";
import type { FeedbackBody } from "../feedback/feedback-body.ts";

/** What the log keeps of one attempt (certificate §7); null where unsaid. */
export interface OutcomeBody extends Candidate {
  readonly decisionId: Digest;
  readonly attempt: number;
  readonly status: Outcome["status"];
  readonly latencyUs: number;
  readonly costMicros: number | null;
  readonly reason: string | null;
  readonly resultDigest: Digest | null;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly endedAt: number;
}

/** What the log keeps of a version: its number, its digest or root, and the digest of the one before it (null at first). */
export interface VersionBody {
  readonly version: number;
  readonly digest: Digest;
  readonly parent: Digest | null;
}

/** What has versions of its own. */
export type VersionKind = "registry" | "policy" | "history";

/** What is appended, before the one writer has linked it. Versions of policy and history belong to no tenant. */
export type LogRecord =
  | { readonly kind: "decision"; readonly tenant: string; readonly body: DecisionBody }
  | { readonly kind: "outcome"; readonly tenant: string; readonly body: OutcomeBody }
  | { readonly kind: "feedback"; readonly tenant: string; readonly body: FeedbackBody }
  | { readonly kind: VersionKind; readonly tenant: string | null; readonly body: VersionBody };

/** One entry of the log; `prev` is the leaf hash of the tenant's entry before it, null at first (certificate §7). */
export type LogEntry = LogRecord & { readonly prev: Digest | null };

/** The bytes of an entry: canonical JSON. */
export function entryText(entry: LogEntry): string {
  return canonicalJson(entry);
}

/** Leaf hash of an entry, in hex: what the next entry of its tenant names as `prev`. */
export function entryHash(text: string): Digest {
  return toHex(leafHash(text));
}

/** The body of an outcome entry. It never holds output, payload or what a service said. */
export function outcomeBody(outcome: Outcome): OutcomeBody {
  const { decisionId, attempt, service, model, status, latencyUs, endedAt } = outcome;
  return {
    decisionId,
    attempt,
    service,
    model,
    status,
    latencyUs,
    costMicros: outcome.costMicros ?? null,
    reason: outcome.reason ?? null,
    resultDigest: outcome.resultDigest ?? null,
    endedAt,
  };
}

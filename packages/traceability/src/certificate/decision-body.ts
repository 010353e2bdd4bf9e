import type { Digest, RefusalCode } from "@caio/core";
import type { Candidate } from "@caio/contracts";

/** A version of R, P or H by number and digest (or root). */
export interface VersionReference {
  readonly version: number;
  readonly digest: Digest;
}

/** What the log keeps of a decision (certificate §7). */
export interface DecisionBody {
  readonly decisionId: Digest;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  /** Digest of the certificate. */
  readonly certificate: Digest;
  readonly inputs: {
    readonly registry: VersionReference;
    readonly policy: VersionReference;
    readonly history: VersionReference;
  };
  readonly requestDigest: Digest;
  readonly outcome: "chosen" | RefusalCode;
  readonly selected: Candidate | null;
  /** Decision id of the parent of a fallback or plan step. */
  readonly parent: Digest | null;
}

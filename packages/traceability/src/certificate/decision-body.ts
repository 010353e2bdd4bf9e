import type { Digest, RefusalCode } from "@caio/core";
import type { Candidate } from "@caio/contracts";

import type { Staleness } from "./certificate.ts";

/** A version of R, P or H by number and digest (or root). */
export interface VersionReference {
  readonly version: number;
  readonly digest: Digest;
}

/** A version that other instances may have followed by a newer one, with what the certificate says of its age. */
export interface SharedVersionReference extends VersionReference {
  readonly stale?: Staleness;
}

/** What the log keeps of a decision (certificate §7). */
export interface DecisionBody {
  readonly decisionId: Digest;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  /** Digest of the certificate. */
  readonly certificate: Digest;
  readonly inputs: {
    readonly registry: SharedVersionReference;
    readonly policy: SharedVersionReference;
    readonly history: VersionReference;
  };
  readonly requestDigest: Digest;
  readonly outcome: "chosen" | RefusalCode;
  readonly selected: Candidate | null;
  /** Decision id of the parent of a fallback or plan step. */
  readonly parent: Digest | null;
}

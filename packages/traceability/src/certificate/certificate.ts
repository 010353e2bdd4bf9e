import type { Digest, JsonObject, PrefixProof, RefusalCode } from "@caio/core";
import type { Candidate, DetectedLabel, Lineage } from "@caio/contracts";

import type { CertifiedVerdict } from "./certified-verdict.ts";
import type { CertifiedOutcome } from "./certified-outcome.ts";
import type { AuthenticationRecord } from "./security-record.ts";
import type { ProofObject } from "./proof-object.ts";

/** A snapshot that was last confirmed to be the newest longer before the decision than the deployment allows. Attested; milliseconds. */
export interface Staleness {
  /** Greater than the bound. */
  readonly confirmedMsAgo: number;
  readonly boundMs: number;
}

/** The registry view a decision was made on: the parts of its root and where that version is logged. */
export interface RegistryInput {
  readonly epoch: number;
  /** Services in the view. */
  readonly size: number;
  /** Root of the trie. */
  readonly trie: Digest;
  /** H(0x03 ‖ canonical JSON of tenant, epoch, size, trie) (certificate §5). */
  readonly root: Digest;
  readonly logIndex: number | null;
  /** Absent: fresh, or there is one instance alone. */
  readonly stale?: Staleness;
}

/** The policies a decision was made on: digests of the base and of every named policy. */
export interface PolicyInput {
  readonly version: number;
  readonly base: Digest;
  readonly named: Readonly<Record<string, Digest>>;
  readonly digest: Digest;
  readonly logIndex: number | null;
  readonly stale?: Staleness;
}

/** The history a decision was made on. */
export interface HistoryInput {
  readonly version: number;
  readonly root: Digest;
  readonly logIndex: number | null;
}

/** Proof of which services offer one alternative; `type` null: the whole view. */
export interface RevealedPrefix {
  readonly type: string | null;
  readonly proof: PrefixProof;
}

/** What H holds of one pair, learned values by their digests, or a proof that it holds nothing (`leaf` null). */
export interface RevealedLeaf extends Candidate {
  readonly leaf: JsonObject | null;
  readonly proof: PrefixProof;
}

/**
 * The claim of a decision with its evidence (certificate §3). Canonical JSON of integers and text; no prompt, token or personal
 * datum. Everything that is not said to be attested can be recomputed from what is committed here.
 */
export interface Certificate {
  readonly caioCertificate: 1;
  readonly decisionVersion: string;
  readonly decisionId: Digest;
  readonly seed: Digest;
  readonly testKey: boolean;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  readonly tenant: string;
  readonly inputs: { readonly registry: RegistryInput; readonly policy: PolicyInput; readonly history: HistoryInput };
  readonly request: { readonly digest: Digest; readonly paths: Readonly<Record<string, Digest | null>> };
  readonly encoderId: string;
  readonly lineage: Lineage | null;
  readonly detected: readonly DetectedLabel[];
  readonly completeness: { readonly revealed: number | null; readonly prefixes: readonly RevealedPrefix[] };
  /** One per verdict, in the same order. */
  readonly history: readonly RevealedLeaf[];
  readonly fields: {
    readonly energyMicros: number;
    readonly highEnergyMicros: number;
    readonly lowConductivityMicros: number;
    readonly highConductivityMicros: number;
  };
  readonly authentication: AuthenticationRecord;
  readonly verdicts: readonly CertifiedVerdict[];
  readonly outcome: CertifiedOutcome | { readonly kind: "refused"; readonly code: RefusalCode };
  readonly proofs: readonly ProofObject[];
}

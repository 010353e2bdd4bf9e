import type { Candidate, HistoryLeaf, Request } from "@caio/contracts";
import type { CaioErrorCode, Digest, ErrorDetails, RefusalCode } from "@caio/core";
import type { RegistryEdit } from "@caio/registry";
import type { PolicySet } from "@caio/rules";
import type { DecisionBody, DecisionOpening, WrittenCertificate } from "@caio/traceability";

import type { DecidedOutcome } from "../decision.ts";
import type { Freshness } from "../inputs/freshness.ts";

/** What leads a replica from one version of R to the next one that it needs; `anew`: from nothing. */
export interface RegistryUpdate {
  readonly kind: "registry";
  readonly epoch: number;
  readonly anew: boolean;
  /** One batch an epoch; if it begins anew, all of them are one. */
  readonly batches: readonly (readonly RegistryEdit[])[];
}

export interface PolicyUpdate {
  readonly kind: "policy";
  readonly version: number;
  readonly base: PolicySet;
  readonly named: Readonly<Record<string, PolicySet>>;
}

/** The leaves that are not those of the version before. */
export interface HistoryUpdate {
  readonly kind: "history";
  readonly version: number;
  readonly anew: boolean;
  readonly changed: readonly HistoryLeaf[];
  readonly gone: readonly Candidate[];
}

/** One decision, with the versions it must be made on and where they are logged. */
export interface DecideCommand {
  readonly kind: "decide";
  readonly id: number;
  readonly request: Request;
  readonly registry: VersionPlace;
  readonly policy: VersionPlace;
  readonly history: VersionPlace;
}

export interface VersionPlace {
  readonly version: number;
  readonly logIndex: number | null;
  readonly freshness?: Freshness | undefined;
}

/** What a thread is told; a message is a list of these, done in order. */
export type PoolCommand = RegistryUpdate | PolicyUpdate | HistoryUpdate | DecideCommand;

/** A decision as it comes back from a thread: what the log needs, and what was chosen. */
export interface PooledDecision {
  readonly decisionId: Digest;
  readonly kind: "chosen" | "refused";
  /** What the certificate says of the choice; null for a refusal. */
  readonly outcome: DecidedOutcome | null;
  /** The code of a refusal; null for a choice. */
  readonly code: RefusalCode | null;
  /** What the log keeps of it; it names the digest of the certificate and the versions that were decided on. */
  readonly trace: DecisionBody;
  /** Canonical JSON in parts, and its digest. */
  readonly certificate: WrittenCertificate;
  /** What a bundle is made of later. Secret: it holds the decision's key. */
  readonly opening: DecisionOpening;
}

/** Part of a certificate's text: its own, or one that many have in common, by its number in this thread; with the text when it comes first. */
export type SentPart = string | { readonly shared: number; readonly text?: string };

/** A decision on its way: what certificates have in common is sent once. */
export interface SentDecision extends Omit<PooledDecision, "certificate"> {
  readonly certificate: { readonly parts: readonly SentPart[]; readonly digest: Digest };
}

/** What a thread answers; a message is a list of these. */
export type PoolReply =
  | { readonly id: number; readonly decision: SentDecision }
  | { readonly id: number; readonly error: PoolFault };

/** An error as it goes from thread to thread; `code` is null for what is no `CaioError`. */
export interface PoolFault {
  readonly code: CaioErrorCode | null;
  readonly message: string;
  readonly details: ErrorDetails;
}

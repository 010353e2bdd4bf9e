import { canonicalParts, partsDigest, type Digest, type RefusalCode } from "@caio/core";
import type { Candidate } from "@caio/contracts";

import type { Certificate } from "./certificate.ts";
import type { WrittenCertificate } from "./seal-certificate.ts";

/** The version of the plan's decision function. A change that can alter any choice gets a new one. */
export const PLAN_VERSION = "caio-plan/1";

/** A plan as a tree of the places of its steps, counted from 0 in the order in which they stand. */
export type PlanTree = number | { readonly seq: readonly PlanTree[] } | { readonly par: readonly PlanTree[] };

/** End to end limits of a plan; null: not asked for. */
export interface PlanLimits {
  /** On the sum of worst-case costs, micro-units of the policy's currency. */
  readonly budgetMicros: number | null;
  readonly latencyUs: number | null;
  /** At which the composed latency must be promised. */
  readonly coveragePpm: number;
  readonly availabilityMicros: number | null;
  readonly accuracyMicros: number | null;
}

/** One promised bound of a pair's latency. */
export interface OfferedBound {
  readonly boundUs: number;
  readonly coveragePpm: number;
}

/** What an admissible pair brings to a plan (calculus §7). */
export interface PlanOffer extends Candidate {
  /** Of its step's decision, pico (calculus §6). */
  readonly score: number;
  /** Worst case, micro-units; null: silent. */
  readonly costMicros: number | null;
  /** By coverage. Empty: silent. */
  readonly bounds: readonly OfferedBound[];
  /** â, 0 if it promises none. */
  readonly availabilityMicros: number;
  /** The least of its accuracies, 0 if it promises none. */
  readonly accuracyMicros: number;
}

/** A limit that is counted: its name among those that add up. */
export type AdditiveLimit = "budget" | "coverage" | "availability" | "accuracy";

/** What a unit of each limit is worth, in pico of score: integers of at least 0 (calculus §7). */
export interface CertifiedMultipliers {
  /** Of budget, coverage, availability, accuracy. */
  readonly uses: readonly number[];
  /** Of the latency, one per step: a flow through the tree. */
  readonly us: readonly number[];
}

/** The bound tree and what its bounds are made of (certificate §11). */
export interface CertifiedPlanProof {
  readonly multipliers: readonly CertifiedMultipliers[];
  readonly counted: AdditiveLimit | null;
  readonly order: readonly number[];
  /** A letter per node in pre-order; null if it has more than 10⁴. */
  readonly tree: string | null;
}

/** A limit that no plan keeps, whatever the others say. */
export interface CertifiedBrokenLimit {
  readonly limit: AdditiveLimit | "latency";
  readonly allowed: number;
  readonly best: number | null;
}

/** The pairs chosen, one per step, and what they promise together. */
export interface CertifiedPlanChoice {
  readonly kind: "chosen";
  readonly claim: "optimal" | "feasible";
  /** Σ of the scores, pico. */
  readonly score: number;
  /** No plan within the limits scores higher by more; 0 if it is optimal. */
  readonly gap: number;
  /** `bound`: place among the offer's bounds; null where no latency is asked for. */
  readonly selected: readonly (Candidate & { readonly bound: number | null })[];
  readonly promise: {
    readonly costMicros: number | null;
    readonly latencyUs: number | null;
    readonly coveragePpm: number | null;
    readonly availabilityMicros: number;
    readonly accuracyMicros: number;
  };
  readonly proof: CertifiedPlanProof;
}

/** No plan: a step's own refusal, or limits that cannot be kept (`impossible`), or no plan was found that keeps them (`undecided`). */
export interface CertifiedPlanRefusal {
  readonly kind: "refused";
  readonly code: RefusalCode;
  readonly claim: "impossible" | "undecided";
  /** The first step whose decision is a refusal. */
  readonly step: number | null;
  readonly broken: readonly CertifiedBrokenLimit[];
  readonly proof: CertifiedPlanProof | null;
}

/** A step: its decision by id and digest, and what its admissible pairs bring, in the order of its verdicts. */
export interface CertifiedPlanStep {
  readonly decisionId: Digest;
  /** Digest of the certificate of the step's decision. */
  readonly certificate: Digest;
  readonly offers: readonly PlanOffer[];
}

/**
 * The claim of a plan with its evidence (certificate §11): of the pairs that the decisions of its steps admit, those chosen keep the end to
 * end limits, and none that does comes before them.
 */
export interface PlanCertificate {
  readonly caioCertificate: 1;
  readonly decisionVersion: typeof PLAN_VERSION;
  /** The plan's id. */
  readonly decisionId: Digest;
  readonly testKey: boolean;
  /** Milliseconds since 1970-01-01T00:00:00Z, as of every step. */
  readonly now: number;
  readonly tenant: string;
  /** As of every step. */
  readonly inputs: Certificate["inputs"];
  readonly request: { readonly digest: Digest; readonly paths: Readonly<Record<string, Digest | null>> };
  /** The plan that this one goes on with, after one of its steps failed. */
  readonly lineage: { readonly parent: Digest } | null;
  readonly tree: PlanTree;
  readonly limits: PlanLimits;
  readonly steps: readonly CertifiedPlanStep[];
  readonly outcome: CertifiedPlanChoice | CertifiedPlanRefusal;
}

/** The text and the digest of a plan's certificate. @throws CaioError `NotCanonical` */
export function sealPlanCertificate(certificate: PlanCertificate): WrittenCertificate {
  const parts = canonicalParts(certificate);
  return { parts, digest: partsDigest(parts) };
}

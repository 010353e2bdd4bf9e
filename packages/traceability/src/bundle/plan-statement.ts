import type { Digest, JsonObject } from "@caio/core";

import type { Certificate } from "../certificate/certificate.ts";
import type { PlanCertificate } from "../certificate/plan-certificate.ts";
import type { BundleEntry, BundleLog } from "./bundle-log.ts";
import type { BundleEncoding, DisclosedValue, STATEMENT_TYPE } from "./statement.ts";

export const PLAN_PREDICATE_TYPE = "urn:caio:plan:v1";

/** The decision of one step, with the paths of its request that are opened. */
export interface PlanStepEvidence {
  readonly certificate: Certificate;
  readonly disclosed: Readonly<Record<string, DisclosedValue>>;
}

/** The part of the log that a plan's bundle holds: the plan, the decisions of its steps, and the versions that all were made on. */
export interface PlanBundleLog {
  readonly checkpoint: string;
  readonly entries: {
    readonly plan: BundleEntry;
    readonly steps: readonly BundleEntry[];
  } & Omit<BundleLog["entries"], "decision">;
}

/** A plan with all that checking it offline needs (certificate §11). */
export interface PlanPredicate {
  readonly verifier: { readonly id: string };
  readonly timeCreated: string;
  readonly certificate: PlanCertificate;
  /** In the order in which the steps stand. */
  readonly steps: readonly PlanStepEvidence[];
  /** Of the domains of all steps, each once, by service id. */
  readonly contracts: readonly JsonObject[];
  readonly encodings: readonly BundleEncoding[];
  /** The base policy, then those that any step names, by id. */
  readonly policies: readonly JsonObject[];
  /** Paths of the plan. */
  readonly disclosed: Readonly<Record<string, DisclosedValue>>;
  readonly log: PlanBundleLog;
}

/** An in-toto Statement v1 about one plan: its subject is the plan's certificate. */
export interface PlanStatement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: Digest } }[];
  readonly predicateType: typeof PLAN_PREDICATE_TYPE;
  readonly predicate: PlanPredicate;
}

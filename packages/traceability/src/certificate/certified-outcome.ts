import type { Digest, JsonValue } from "@caio/core";
import type { Candidate, Field, Route } from "@caio/contracts";

import type { SecurityRecords } from "./security-record.ts";

/** The pair that was chosen and how it won (calculus §6). */
export interface CertifiedSelection extends Candidate {
  readonly route: Route;
  readonly contractDigest: Digest;
  readonly score: number;
  readonly tie: Digest;
  readonly drawn: boolean;
  readonly propensity: { readonly numerator: number; readonly denominator: number };
}

/** γ: the enforced and the monitored part; null where nothing binds (certificate §9). */
export interface CertifiedPromise {
  readonly perCall: {
    readonly deadlineUs: number | null;
    readonly maxOutputTokens: number | null;
    readonly costCapMicros: number | null;
    readonly outputSchemaDigest: Digest | null;
    readonly integrity: "sha256";
  };
  /** Guarantees in wire form. */
  readonly statistical: readonly JsonValue[];
}

/** What a decision that chose states (certificate §3, A chosen outcome). */
export interface CertifiedOutcome {
  readonly kind: "chosen";
  readonly selected: CertifiedSelection;
  readonly runnerUp: (Candidate & { readonly score: number; readonly tie: Digest }) | null;
  readonly margin: number | null;
  /** All admitted pairs, by score descending, then tie digest. */
  readonly models: readonly (Candidate & { readonly score: number })[];
  readonly obligations: readonly string[];
  readonly limits: {
    readonly budgetMicros: number | null;
    readonly latencyUs: number | null;
    readonly coveragePpm: number;
    readonly deadlineUs: number | null;
  };
  readonly security: SecurityRecords;
  readonly promise: CertifiedPromise;
  readonly control: {
    readonly kind: "steer" | "nudge";
    readonly u: Field;
    readonly energyBeforeMicros: number;
    readonly boundMicros: number;
    readonly scaled: boolean;
  };
}

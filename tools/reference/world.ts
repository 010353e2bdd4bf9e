import type { Field, History, Request, ServiceContract } from "@caio/contracts";
import type { RefusalCode } from "@caio/core";
import type { PolicySet } from "@caio/rules";

/** A service of any tenant, as the registry holds it. */
export interface WorldService {
  readonly contract: ServiceContract;
  /** e_s, the encoding of the contract. */
  readonly encoding: Field;
  readonly draining: boolean;
}

/** The policies of an operator: the base, and those that a request may name. */
export interface WorldPolicy {
  readonly base: PolicySet;
  readonly named: Readonly<Record<string, PolicySet>>;
}

/** How long before the decision a snapshot was confirmed to be the newest, and how long that may be. Milliseconds. */
export interface WorldFreshness {
  readonly confirmedMsAgo: number;
  readonly boundMs: number;
}

/** Everything that one decision depends on (calculus §0): r, R (before the view of a tenant is taken), P and H. */
export interface World {
  readonly services: readonly WorldService[];
  readonly policy: WorldPolicy;
  readonly history: History;
  readonly request: Request;
  /** Absent: one process alone makes all versions. */
  readonly freshness?: { readonly registry: WorldFreshness; readonly policy: WorldFreshness };
}

/** The residuals of calculus §5 in micros (latency: microseconds); satisfied when ≤ 0. */
export interface Residuals {
  readonly forbidden: number;
  readonly harmful: number;
  readonly unsafe: number;
  readonly onDevice: number;
  readonly privacy: number;
  readonly compliance: number;
  readonly conservative: number;
  readonly confidential: number;
  readonly risk: number;
  readonly budget: number;
  readonly budgetFlag?: "silent" | "currency";
  readonly latency: number;
  readonly latencyFlag?: "silent";
}

/** The terms of calculus §6, micros, before their weights. `prefer` is the sum over the rules that fired. */
export interface Terms {
  readonly intent: number;
  readonly attention: number;
  readonly rl: number;
  readonly resonance: number;
  readonly model: number;
  readonly cost: number;
  readonly risk: number;
  readonly latency: number;
  readonly prefer: number;
}

/** A pair that fell, with the first failing clause of its first failing step. `residuals` where step 4 was reached. */
export interface Rejection {
  readonly service: string;
  readonly model: string | null;
  readonly step: 1 | 2 | 3 | 4;
  readonly clause: string;
  readonly residuals?: Residuals;
}

/** A pair that passed every step. `score` is in pico. */
export interface Admission {
  readonly service: string;
  readonly model: string | null;
  readonly step: 0;
  readonly terms: Terms;
  readonly score: number;
  readonly residuals: Residuals;
}

export type Verdict = Rejection | Admission;

interface Stamps {
  readonly decisionId: string;
  readonly seed: string;
  readonly requestDigest: string;
  /** What was confirmed longer ago than allowed; nothing of what was not. */
  readonly stale: { readonly registry?: WorldFreshness; readonly policy?: WorldFreshness };
  /** One per pair of the domain, in (service, model) order, null first. */
  readonly verdicts: readonly Verdict[];
}

export interface Chosen extends Stamps {
  readonly kind: "chosen";
  readonly service: string;
  readonly model: string | null;
  readonly route: "internal" | "external";
  readonly score: number;
  /** The digest that settles ties, of the chosen pair. */
  readonly tie: string;
  /** True if exploration drew the pair. */
  readonly drawn: boolean;
  /** Over 10⁶·n, not reduced; n is the number of admissible pairs within the allowed loss. */
  readonly propensity: { readonly numerator: string; readonly denominator: string };
  /** Sorted. */
  readonly obligations: readonly string[];
  /** The next pair in the order (drawn, score, tie). */
  readonly runnerUp: { readonly service: string; readonly model: string | null } | null;
}

export interface Refused extends Stamps {
  readonly kind: "refused";
  readonly code: RefusalCode;
}

export type ReferenceDecision = Chosen | Refused;

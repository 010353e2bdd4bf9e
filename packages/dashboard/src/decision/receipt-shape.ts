import type { Json } from "@caio/verifier";

/** The parts of a certificate, a contract and a policy in wire form that the picture reads (docs/certificate.md §3, docs/wire-forms.md). */
export interface PairName {
  readonly service: string;
  readonly model: string | null;
}

export const termNames = ["intent", "attention", "rl", "resonance", "model", "cost", "risk", "latency"] as const;
export type TermName = (typeof termNames)[number];

export interface Flagged {
  readonly residual: number;
  readonly flag: "silent" | "currency" | null;
}

export interface Residuals {
  readonly safety: Readonly<Record<"forbidden" | "harmful" | "unsafe", number>>;
  readonly policy: Readonly<Record<"onDevice" | "privacy" | "compliance", number>>;
  readonly traits: Readonly<Record<"conservative" | "confidential" | "risk", number>>;
  readonly budget: Flagged;
  readonly latency: Flagged;
}

export interface Admitted extends PairName {
  readonly step: 0;
  readonly terms: Readonly<Record<TermName, number>>;
  readonly prefer: number;
  readonly score: number;
  readonly residuals: Residuals;
}

export interface Rejected extends PairName {
  readonly step: 1 | 2 | 3 | 4;
  readonly clause: string;
}

export type Verdict = Admitted | Rejected;

export interface Guarantee {
  readonly property: string;
  readonly coverage_ppm: number;
  readonly bound: { readonly min_us?: number; readonly max_us?: number; readonly min_micros?: number; readonly max_micros?: number };
}

export interface Chosen {
  readonly kind: "chosen";
  readonly selected: PairName & {
    readonly score: number; readonly route: "internal" | "external"; readonly drawn: boolean; readonly tie: string;
    readonly propensity: { readonly numerator: number; readonly denominator: number };
  };
  readonly runnerUp: (PairName & { readonly score: number; readonly tie: string }) | null;
  readonly margin: number | null;
  readonly obligations: readonly string[];
  readonly limits: { readonly budgetMicros: number | null; readonly latencyUs: number | null; readonly coveragePpm: number; readonly deadlineUs: number | null };
  readonly promise: {
    readonly perCall: { readonly deadlineUs: number | null; readonly maxOutputTokens: number | null; readonly costCapMicros: number | null; readonly outputSchemaDigest: string | null };
    readonly statistical: readonly Guarantee[];
  };
  readonly control: { readonly kind: "steer" | "nudge"; readonly u: readonly number[]; readonly energyBeforeMicros: number; readonly boundMicros: number; readonly scaled: boolean };
}

export interface Staleness {
  readonly confirmedMsAgo: number;
  readonly boundMs: number;
}

export interface HistoryLeaf {
  readonly health: "healthy" | "degraded" | "unhealthy";
  readonly promises: readonly Guarantee[];
  readonly outcomes: number;
  readonly violations: number;
}

export interface Certificate {
  readonly decisionId: string;
  readonly seed: string;
  readonly testKey: boolean;
  readonly now: number;
  readonly tenant: string;
  readonly inputs: {
    readonly registry: { readonly epoch: number; readonly size: number; readonly logIndex: number | null; readonly stale?: Staleness };
    readonly policy: { readonly version: number; readonly logIndex: number | null; readonly stale?: Staleness };
    readonly history: { readonly version: number; readonly logIndex: number | null };
  };
  /** Commitments by path; null: not said. */
  readonly request: { readonly digest: string; readonly paths: Readonly<Record<string, string | null>> };
  readonly lineage: { readonly parent: string; readonly excluded: readonly PairName[] } | null;
  readonly detected: readonly { readonly label: string; readonly count: number }[];
  readonly completeness: { readonly revealed: number | null };
  readonly history: readonly (PairName & { readonly leaf: HistoryLeaf | null })[];
  readonly verdicts: readonly Verdict[];
  readonly outcome: Chosen | { readonly kind: "refused"; readonly code: string };
}

export interface Cost {
  readonly model: "per_token" | "per_request" | "per_second" | "free";
  readonly currency: string;
  readonly base_pico: number;
  readonly input_token_pico: number;
  readonly output_token_pico: number;
  readonly second_pico: number;
}

interface Capability {
  readonly type: string;
  readonly parameters: Readonly<Record<string, Json>>;
}

export interface Model {
  readonly id: string;
  readonly context_tokens?: number;
  readonly max_output_tokens?: number;
  readonly capabilities?: readonly Capability[];
  readonly guarantees?: readonly Guarantee[];
  readonly cost?: Cost;
}

export interface Contract {
  readonly service_id: string;
  readonly name?: string;
  readonly version: string;
  readonly capabilities: readonly Capability[];
  readonly guarantees: readonly Guarantee[];
  readonly cost?: Cost;
  readonly models: readonly Model[];
  readonly privacy: { readonly data_locality?: string; readonly encryption?: boolean; readonly encryption_type?: string; readonly compliance: readonly string[]; readonly regions?: readonly string[] };
  readonly alignment: { readonly safety_level?: string; readonly content_filtering?: boolean };
  readonly access: { readonly required_permissions: readonly string[]; readonly match: "any" | "all"; readonly required_trust_level: number; readonly tenants: readonly string[]; readonly public: boolean };
  readonly constraints: { readonly context_length?: { readonly max_tokens: number }; readonly max_bytes?: number; readonly media_types?: readonly string[]; readonly requires_gpu?: boolean; readonly requires_internet?: boolean };
  readonly metadata: { readonly route?: "internal" | "external" };
}

export interface Policy {
  readonly id: string;
  readonly currency: string;
  readonly rates: Readonly<Record<string, number>>;
  readonly weights: Readonly<Record<TermName, number>>;
  readonly limits: { readonly budget_micros?: number; readonly latency_us?: number; readonly latency_coverage_ppm?: number; readonly deadline_us?: number };
  readonly exploration: { readonly epsilon_ppm: number };
  readonly safety: { readonly forbidden: readonly string[]; readonly needs_filtering: readonly string[] };
  readonly rules: readonly { readonly id: string; readonly reason: string }[];
}

/** `service` or `service/model`. */
export function nameOf({ service, model }: PairName): string {
  return model === null ? service : `${service}/${model}`;
}

export function isPair(one: PairName, other: PairName | null | undefined): boolean {
  return one.service === other?.service && one.model === other.model;
}

/** The verdicts of pairs that passed every step, in the order of the certificate. */
export function admittedOf({ verdicts }: Certificate): readonly Admitted[] {
  return verdicts.filter((verdict) => verdict.step === 0);
}

import type { Rule } from "./rule.ts";

/** Weights of the score, micros, |w| ≤ 500 000 000 (calculus §6). */
export interface Weights {
  readonly intent: number;
  readonly attention: number;
  readonly rl: number;
  readonly resonance: number;
  readonly model: number;
  readonly cost: number;
  readonly risk: number;
  readonly latency: number;
}

/** Absent: no limit. Budget in micro-units of the policy's currency, durations in microseconds, coverage in ppm. */
export interface PolicyLimits {
  readonly budgetMicros?: number;
  readonly latencyUs?: number;
  readonly latencyCoveragePpm?: number;
  readonly deadlineUs?: number;
}

/** P: what the operator demands of every decision (formats, Policy set). Normalised; every quantity an integer. */
export interface PolicySet {
  readonly id: string;
  readonly currency: string;
  /** Pico-units of the policy's currency for one unit of the key's currency. */
  readonly rates: Readonly<Record<string, number>>;
  readonly weights: Weights;
  readonly rl: { readonly widthMicros: number };
  readonly limits: PolicyLimits;
  readonly safety: { readonly forbidden: readonly string[]; readonly needsFiltering: readonly string[] };
  readonly privacy: {
    readonly mode: "strict" | "encrypted";
    readonly sensitive: readonly string[];
    /** Service id to the labels it may see although it is external. */
    readonly allowedLabels: Readonly<Record<string, readonly string[]>>;
  };
  readonly fallback: { readonly maxAttempts: number; readonly afterFirstByte: "error" | "resume" };
  readonly retry: { readonly maxAttempts: number; readonly backoffUs: number };
  readonly exploration: { readonly epsilonPpm: number; readonly maxLossMicros: number };
  /** Sets of service ids that the operator declares mutually independent. */
  readonly independent: readonly (readonly string[])[];
  readonly monitor: { readonly alphaMicros: number; readonly driftRunLength: number };
  readonly control: {
    readonly exciteMicros: number;
    readonly dampMicros: number;
    readonly cMicros: number;
    readonly mMicros: number;
    readonly intervalMicros: number;
    readonly eMaxMicros: number;
  };
  /** In order of priority descending, then id. */
  readonly rules: readonly Rule[];
}

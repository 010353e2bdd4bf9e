import type { ActionKind, Locality } from "@caio/contracts";

/** A service as every decider is told of it. */
export interface ServiceFacts {
  readonly id: string;
  /** The capability that it offers. */
  readonly kind: string;
  readonly languages: readonly string[];
  readonly healthy: boolean;
  readonly latencyP95Us: number;
  readonly accuracyMicros: number;
  readonly locality: Locality;
  readonly regions: readonly string[];
  readonly encrypted: boolean;
  readonly endToEnd: boolean;
  readonly permissions: readonly string[];
  readonly trustRequired: number;
  /** Empty: all. */
  readonly tenants: readonly string[];
  readonly provider: string;
  readonly tags: readonly string[];
  readonly versionMajor: number;
  /** Pico-units of the one currency. */
  readonly basePico: number;
  readonly inputTokenPico: number;
  readonly outputTokenPico: number;
}

/** A request as every decider is told of it. */
export interface RequestFacts {
  readonly text: string;
  readonly kind: string;
  readonly language: string;
  readonly minAccuracyMicros: number;
  readonly maxLocality: Locality;
  readonly regions: readonly string[];
  readonly labels: readonly string[];
  readonly categories: readonly string[];
  readonly action: ActionKind;
  readonly tenant: string;
  readonly permissions: readonly string[];
  readonly trust: number;
  readonly inputTokens: number;
  readonly maxOutputTokens: number;
  readonly budgetMicros: number;
  readonly latencyUs: number;
}

/** What a rule asks of the request before it fires. */
export type RequestTerm =
  | { readonly fact: "permissions" | "categories"; readonly has: string }
  | { readonly fact: "tenant" | "action"; readonly is: string }
  | { readonly fact: "trust"; readonly atLeast: number };

/** What a rule asks of a service. */
export type ServiceTerm =
  | { readonly fact: "regions" | "tags"; readonly has: string }
  | { readonly fact: "provider" | "locality"; readonly is: string }
  | { readonly fact: "latencyP95Us" | "trustRequired"; readonly below: number }
  | { readonly fact: "versionMajor"; readonly atLeast: number };

/** All terms of a list must hold. An empty `when` always fires. */
export interface RuleFacts {
  readonly id: string;
  readonly when: readonly RequestTerm[];
  readonly effect: "require" | "deny" | "prefer";
  readonly terms: readonly ServiceTerm[];
  /** Added to the score by `prefer`, micros. */
  readonly amountMicros: number;
}

/** What is decided about, the same for all. */
export interface Shop {
  readonly services: readonly ServiceFacts[];
  readonly rules: readonly RuleFacts[];
  readonly requests: readonly RequestFacts[];
}

/** Labels that may be seen only where data stays, or is encrypted from end to end. */
export const SENSITIVE_LABELS: readonly string[] = ["personal", "health", "payment_card"];
/** Weights of the two terms of the score, micros. */
export const COST_WEIGHT_MICROS = 500_000;
export const LATENCY_WEIGHT_MICROS = 500_000;

/** The service chosen, or null if none may be. It may take its time. */
export type Decide = (request: number) => string | null | Promise<string | null>;

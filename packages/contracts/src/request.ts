import type { JsonValue } from "@caio/core";

import type { ExpectedValues } from "./expected-values.ts";
import type { FeatureVector } from "./feature-vector.ts";
import type { Field } from "./field.ts";
import type { Principal, Traits } from "./principal.ts";
import type { Requirements } from "./requirements.ts";

export type ActionKind = "read" | "write" | "destructive";

export interface ContextItem {
  readonly role: string;
  readonly text: string;
}

/** `bytes` and `inputTokens` are what the caller declares; the door may raise them (`stampRequest`), never lower them. */
export interface RequestSize {
  readonly inputTokens?: number;
  readonly maxOutputTokens?: number;
  readonly bytes?: number;
}

/** Absent: the policy's. Budget in micro-units of `currency`. */
export interface RequestLimits {
  readonly budgetMicros?: number;
  readonly currency?: string;
  readonly latencyUs?: number;
  readonly latencyCoveragePpm?: number;
  readonly deadlineUs?: number;
}

/** A tree of step names. */
export type Plan = string | { readonly seq: readonly Plan[] } | { readonly par: readonly Plan[] };

/** What the caller sent, normalised (formats, Request document). */
export interface RequestDocument {
  readonly name?: string;
  readonly intent: { readonly text?: string; readonly categories: readonly string[] };
  readonly action: { readonly kind: ActionKind };
  /** At most 64. */
  readonly context: readonly ContextItem[];
  readonly data: { readonly labels: readonly string[]; readonly mediaType?: string; readonly payload?: JsonValue };
  readonly size: RequestSize;
  readonly requirements: Requirements;
  readonly limits: RequestLimits;
  readonly policies: readonly string[];
  readonly fallback: boolean;
  readonly plan: Plan | null;
}

/** What a detector found: the label and how often, never the text. */
export interface DetectedLabel {
  readonly label: string;
  readonly count: number;
}

/** The pair (service, model); `model` is null where the contract lists none. */
export interface Candidate {
  readonly service: string;
  readonly model: string | null;
}

/** Where a fallback or a plan step comes from. */
export interface Lineage {
  /** Decision id of the parent. */
  readonly parent: string;
  /** Pairs that may not be chosen again, in (service, model) order. */
  readonly excluded: readonly Candidate[];
}

/** Fields of the request, already quantised (calculus §9). */
export interface RequestFields {
  readonly encoderId: string;
  /** Ψ_i */
  readonly intent: Field;
  /** Ψ̇_i, if MAIA reports it. */
  readonly intentRate?: Field;
  /** c_j, one per context item, in its order. */
  readonly context: readonly Field[];
  /** What learning sees of the intent's text, of the same encoder; absent where nothing asked for it. */
  readonly features?: FeatureVector;
  /** What a fitted model expects of the pairs on this request. Absent: no model was asked. */
  readonly expected?: ExpectedValues;
}

/**
 * r: the request with what the door stamps (calculus §0). `size` is raised to what the payload needs; no caller can set
 * anything outside `document`.
 */
export interface Request {
  readonly document: RequestDocument;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  /** 64 hex digits, fresh per decision, secret. */
  readonly decisionKey: string;
  /** True if the key came from `--test-key`. */
  readonly testKey: boolean;
  readonly principal: Principal;
  readonly traits?: Traits;
  /** Sorted by label. */
  readonly detected: readonly DetectedLabel[];
  readonly size: RequestSize;
  readonly fields: RequestFields;
  readonly lineage?: Lineage;
}

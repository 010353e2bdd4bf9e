
import type { Facts } from "../cel/evaluate/facts.ts";
import type { CelFailure } from "../cel/cel-program.ts";
import type { Obligation } from "../rule.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import type { RejectionCause } from "./satisfies-rule-action.ts";

/** A rule that every candidate of the request must face: it fired, or its `when` failed. */
export interface FacedRule {
  readonly rule: CompiledRule;
  /** Among the rules of the policy. */
  readonly position: number;
  /** Present: the rule rejects every candidate. */
  readonly failure?: CelFailure;
}

/** What the rules say of a request, before any candidate is looked at. */
export interface RequestRules {
  /** The request as conditions read it. */
  readonly facts: Facts;
  /** By priority descending, then id, up to and with the first whose `when` failed. */
  readonly faced: readonly FacedRule[];
  /** Ids of all rules that fired, in that order. */
  readonly fired: readonly string[];
  /** Ids of all rules whose `when` failed, in that order. */
  readonly failed: readonly string[];
  /** Of the rules that fired; sorted, unique. */
  readonly obligations: readonly Obligation[];
}

export interface RuleRejection {
  readonly ruleId: string;
  readonly reason: string;
  readonly why: RejectionCause;
  readonly message: string;
}

/** What the rules say of one candidate. */
export interface RuleVerdict {
  /** The first rule that rejects, by priority descending, then id. Absent: none does. */
  readonly rejectedBy?: RuleRejection;
  /** Σ of the amounts of fired `prefer` rules whose condition is true, micros; 0 for a rejected candidate. */
  readonly preferMicros: number;
  /** Ids of the `prefer` rules that added their amount. */
  readonly preferredBy: readonly string[];
  /** Ids of all rules that fired for the request. */
  readonly fired: readonly string[];
}

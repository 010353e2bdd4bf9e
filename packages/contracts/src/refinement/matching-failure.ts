import type { JsonValue } from "@caio/core";

/** The clauses of matching that a contract and its requirements alone decide, in order (calculus §1). */
export const matchingClauses = ["capabilities", "guarantees", "constraints", "assumptions"] as const;
export type MatchingClause = (typeof matchingClauses)[number];

/** Why C(s,m) ⊨ Q(r) fails at one place. `found` and `expected` are in wire form; null: the contract is silent. */
export interface MatchingFailure {
  readonly clause: MatchingClause;
  /** A path into the requirements or the size: `guarantees[0]`, `constraints.max_locality`. */
  readonly path: string;
  readonly found: JsonValue;
  readonly expected: JsonValue;
}

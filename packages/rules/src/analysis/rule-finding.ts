/**
 * What the analysis of a policy found.
 *
 * - `never_fires`: the `when` of the rule is never true
 * - `never_satisfied`: whenever the rule fires it rejects every candidate
 * - `contradiction`: two rules that can fire together and of which no candidate satisfies both
 * - `undecided`: two rules over a common field of which the analysis cannot say whether both can be satisfied
 * - `duplicate`: two rules that do the same
 * - `empty_all`: `all` over a list that may be empty, for which it is then true
 */
export type RuleFindingKind = "never_fires" | "never_satisfied" | "contradiction" | "undecided" | "duplicate" | "empty_all";

/** One finding. `never_fires`, `never_satisfied` and `contradiction` are proved; the rest asks for a look. */
export interface RuleFinding {
  readonly kind: RuleFindingKind;
  readonly severity: "error" | "warning" | "info";
  /** One rule id or two, in the order of the policy. */
  readonly rules: readonly string[];
  readonly message: string;
}

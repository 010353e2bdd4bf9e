export type Obligation = "redact" | "log" | "human_approval";

/** What a rule does. `require` and `deny` are CEL over request, service and model; `prefer` adds micros to the score. */
export type RuleEffect =
  | { readonly kind: "require"; readonly condition: string }
  | { readonly kind: "deny"; readonly condition: string }
  | { readonly kind: "prefer"; readonly condition: string; readonly amountMicros: number }
  | { readonly kind: "oblige"; readonly obligations: readonly Obligation[] };

/** One rule of a policy set (calculus §3). `when` is CEL over the request alone; absent: always. */
export interface Rule {
  readonly id: string;
  readonly priority: number;
  readonly when?: string;
  readonly effect: RuleEffect;
  readonly reason: string;
}

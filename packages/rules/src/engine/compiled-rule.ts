import { CaioError } from "@caio/core";

import type { CelIssue } from "../cel/syntax/cel-issue.ts";
import { readCondition, type Condition } from "../cel/condition.ts";
import type { ConditionScope } from "../cel/schema.ts";
import type { Obligation, Rule } from "../rule.ts";

/** What a rule does, its condition ready to be evaluated. */
export type CompiledEffect =
  | { readonly kind: "require" | "deny"; readonly condition: Condition }
  | { readonly kind: "prefer"; readonly condition: Condition; readonly amountMicros: number }
  | { readonly kind: "oblige"; readonly obligations: readonly Obligation[] };

/** A rule whose conditions were read and checked. */
export interface CompiledRule {
  readonly id: string;
  readonly priority: number;
  readonly reason: string;
  readonly when?: Condition;
  readonly effect: CompiledEffect;
}

/** @throws CaioError `InvalidPolicy` if a condition is outside the profile or does not type-check */
export function compileRule(rule: Rule): CompiledRule {
  const { id, priority, reason, effect } = rule;
  const when = rule.when === undefined ? {} : { when: compile(rule, "when", rule.when, "when") };
  return { id, priority, reason, ...when, effect: compileEffect(rule, effect) };
}

function compileEffect(rule: Rule, effect: Rule["effect"]): CompiledEffect {
  if (effect.kind === "oblige") return effect;
  const condition = compile(rule, effect.kind, effect.condition, "effect");
  return effect.kind === "prefer"
    ? { kind: "prefer", condition, amountMicros: effect.amountMicros }
    : { kind: effect.kind, condition };
}

function compile(rule: Rule, part: string, source: string, scope: ConditionScope): Condition {
  const reading = readCondition(source, scope);
  if (reading.ok) return reading.condition;
  const issues = reading.issues.map((issue) => issueText(issue));
  throw new CaioError("InvalidPolicy", `Rule ${rule.id}, ${part}: ${issues.join("; ")}`, {
    details: { rule: rule.id, part, issues },
  });
}

function issueText(issue: CelIssue): string {
  const meant = issue.suggestion === undefined ? "" : ` Did you mean "${issue.suggestion}"?`;
  return `at character ${String(issue.offset + 1)}: ${issue.message}${meant}`;
}

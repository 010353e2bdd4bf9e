import type { ConditionValues } from "../cel/cel-program.ts";
import { frameOf, type Frame } from "../cel/evaluate/frame.ts";
import type { CompiledRule } from "./compiled-rule.ts";

/** What rules see of one candidate, from `ruleRequest`, `ruleService` and `ruleModel`. */
export type RuleViews = Required<ConditionValues>;

/** Why a rule rejects: `false` for a `require` that is false and a `deny` that is true. */
export type RejectionCause = "false" | "error" | "not_bool";

/** What one fired rule says of one candidate. */
export type RuleAction =
  | { readonly satisfied: true; readonly preferMicros: number }
  | { readonly satisfied: false; readonly why: RejectionCause; readonly message: string };

const satisfied: RuleAction = { satisfied: true, preferMicros: 0 };

/**
 * What a rule that fired says of a candidate (calculus §3): `require` must be true, `deny` false, `prefer` adds its
 * amount where it is true, `oblige` is always satisfied. A condition without an answer is never satisfied.
 */
export function satisfiesRuleAction(rule: CompiledRule, views: RuleViews): RuleAction {
  return actionOf(rule, frameOf(views));
}

/** The same on a frame that all rules share. */
export function actionOf({ effect }: CompiledRule, frame: Frame): RuleAction {
  if (effect.kind === "oblige") return satisfied;
  const result = effect.condition.program.run(frame);
  if (typeof result !== "boolean") return { satisfied: false, why: result.why, message: `${effect.kind}: ${result.message}` };
  if (effect.kind === "prefer") return result ? { satisfied: true, preferMicros: effect.amountMicros } : satisfied;
  if (result === (effect.kind === "require")) return satisfied;
  return { satisfied: false, why: "false", message: `${effect.kind} is ${String(result)}` };
}

import { decimal, id, integer, mapping, refuseIssue } from "@caio/contracts";
import { z } from "zod";

import type { Obligation, Rule, RuleEffect } from "../rule.ts";
import { conditionText } from "./condition-schema.ts";
import { counts, MAX_PREFERENCE_SUM, MAX_RULES, quantities } from "./quantities.ts";
import { byPriority } from "./rule-order.ts";

const EFFECTS = "exactly one of require, deny, prefer and oblige";

/** Sorted, without repeats, not empty. */
export const obligations: z.ZodType<readonly Obligation[]> = z
  .array(z.enum(["redact", "log", "human_approval"]))
  .min(1)
  .transform((duties) => [...new Set(duties)].sort());

/** Why the rule is there: shown to whoever is refused. */
export const reasonText: z.ZodType<string> = z.string().trim().min(1).max(500);

const ruleShape = mapping({
  id,
  priority: integer(...counts.priority).prefault("0"),
  when: conditionText("when").optional(),
  require: conditionText("effect").optional(),
  deny: conditionText("effect").optional(),
  prefer: mapping({ if: conditionText("effect"), amount: decimal(quantities.preference) }).optional(),
  oblige: obligations.optional(),
  reason: reasonText,
});

/** One rule in the spelling of files. */
export const ruleSchema: z.ZodType<Rule> = ruleShape.transform((rule, context): Rule => {
  const effects: RuleEffect[] = [];
  if (rule.require !== undefined) effects.push({ kind: "require", condition: rule.require });
  if (rule.deny !== undefined) effects.push({ kind: "deny", condition: rule.deny });
  if (rule.prefer !== undefined) effects.push({ kind: "prefer", condition: rule.prefer.if, amountMicros: rule.prefer.amount });
  if (rule.oblige !== undefined) effects.push({ kind: "oblige", obligations: rule.oblige });
  const [effect] = effects;
  if (effect === undefined || effects.length > 1) {
    refuseIssue(context, { found: effect === undefined ? "a rule without effect" : `${String(effects.length)} effects`, expected: EFFECTS });
    return z.NEVER;
  }
  const { id: ruleId, priority, when, reason } = rule;
  return { id: ruleId, priority, ...(when === undefined ? {} : { when }), effect, reason };
});

/** The rules of a policy set by priority, with unique ids and preferences within their sum (calculus §3). */
export function ruleList(rule: z.ZodType<Rule>): z.ZodType<readonly Rule[]> {
  // A transform and not a refinement: it runs only where every rule was read.
  return z
    .array(rule)
    .max(MAX_RULES)
    .transform((rules, context) => {
      const seen = new Set<string>();
      let sum = 0;
      for (const [index, { id: ruleId, effect }] of rules.entries()) {
        if (seen.has(ruleId)) refuseIssue(context, { found: `the rule "${ruleId}" twice`, expected: "each rule id once" }, [index, "id"]);
        seen.add(ruleId);
        if (effect.kind === "prefer") sum += Math.abs(effect.amountMicros);
      }
      if (sum > MAX_PREFERENCE_SUM) {
        refuseIssue(context, { found: `preferences of ${String(sum)} micros in all`, expected: "at most 1000000 micros (1.0) over all prefer rules; scale them down" });
      }
      return [...rules].sort(byPriority);
    });
}

import type { JsonObject } from "@caio/core";

import type { CelFailure } from "../cel/cel-program.ts";
import type { CompiledRule } from "./compiled-rule.ts";

/** Whether a rule fires for a request, or why that cannot be said. */
export type RuleFiring = { readonly fires: boolean } | { readonly fires: "failed"; readonly failure: CelFailure };

/**
 * Whether a rule fires: its `when` is absent or true (calculus §3). A `when` that errors or is no bool has failed, and
 * whoever asks must then reject every candidate.
 *
 * @param request - from `ruleRequest`
 */
export function evaluateRule(rule: CompiledRule, request: JsonObject): RuleFiring {
  if (rule.when === undefined) return { fires: true };
  const result = rule.when.program.evaluate({ request });
  return typeof result === "boolean" ? { fires: result } : { fires: "failed", failure: result };
}

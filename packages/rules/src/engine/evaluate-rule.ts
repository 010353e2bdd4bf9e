import type { JsonObject } from "@caio/core";

import type { CelFailure } from "../cel/cel-program.ts";
import { frameOf, type Frame } from "../cel/evaluate/frame.ts";
import type { CompiledRule } from "./compiled-rule.ts";

/** Whether a rule fires for a request, or why that cannot be said. */
export type RuleFiring = { readonly fires: boolean } | { readonly fires: "failed"; readonly failure: CelFailure };

const yes: RuleFiring = { fires: true };
const no: RuleFiring = { fires: false };

/**
 * Whether a rule fires: its `when` is absent or true (calculus §3). A `when` that errors or is no bool has failed, and
 * whoever asks must then reject every candidate.
 *
 * @param request - from `ruleRequest`
 */
export function evaluateRule(rule: CompiledRule, request: JsonObject): RuleFiring {
  return firingOf(rule, frameOf({ request }));
}

/** The same on a frame that all rules share. */
export function firingOf(rule: CompiledRule, frame: Frame): RuleFiring {
  if (rule.when === undefined) return yes;
  const result = rule.when.program.run(frame);
  if (typeof result === "boolean") return result ? yes : no;
  return { fires: "failed", failure: result };
}

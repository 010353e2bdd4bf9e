import type { JsonObject, JsonValue } from "@caio/core";

import type { ChosenDecision } from "../decision.ts";
import type { ExecutionTerms } from "./execute-decision.ts";

const DEFAULT_DEADLINE_US = 30_000_000;

/**
 * The enforced timeout d of one attempt, microseconds (calculus §7): the deadline; but where a fallback may follow, no more than
 * the latency that the pair promises at its highest coverage, so that time is left for the next one.
 */
export function attemptTimeoutUs(decision: ChosenDecision, { mayFallBack, ports }: ExecutionTerms): number {
  const { perCall, statistical } = decision.outcome.promise;
  const deadlineUs = perCall.deadlineUs ?? ports.defaultDeadlineUs ?? DEFAULT_DEADLINE_US;
  const promisedUs = mayFallBack ? promisedLatency(statistical) : undefined;
  return promisedUs === undefined ? deadlineUs : Math.min(deadlineUs, promisedUs);
}

/** The latency bound of the highest coverage, the smallest of them on a tie. */
function promisedLatency(statistical: readonly JsonValue[]): number | undefined {
  let best: { readonly coverage: number; readonly bound: number } | undefined;
  for (const guarantee of statistical) {
    if (!isObject(guarantee) || guarantee["property"] !== "latency" || !isObject(guarantee["bound"])) continue;
    const coverage = guarantee["coverage_ppm"];
    const bound = guarantee["bound"]["max_us"];
    if (typeof coverage !== "number" || typeof bound !== "number") continue;
    if (best === undefined || coverage > best.coverage || (coverage === best.coverage && bound < best.bound)) best = { coverage, bound };
  }
  return best?.bound;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

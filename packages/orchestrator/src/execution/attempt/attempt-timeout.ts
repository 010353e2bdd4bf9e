import type { JsonObject, JsonValue } from "@caio/core";

import type { ChosenDecision } from "../../decision.ts";
import type { ExecutionTerms } from "./execute-decision.ts";
import type { OrchestratorPorts } from "../orchestrator-ports.ts";

/** Time given where neither policy, request nor application sets a deadline, microseconds. */
export const DEFAULT_DEADLINE_US = 30_000_000;

/**
 * The enforced timeout d of one attempt, microseconds (calculus §7): its share of the time that is left, so that a fallback still
 * has time; but no less than the pair promises at its highest coverage, as long as the deadline allows that.
 */
export function attemptTimeoutUs(decision: ChosenDecision, { attemptsLeft, leftUs: deadlineUs }: ExecutionTerms): number {
  const { statistical } = decision.outcome.promise;
  const shareUs = Math.ceil(deadlineUs / attemptsLeft);
  return Math.min(deadlineUs, Math.max(shareUs, promisedLatency(statistical) ?? 0));
}

/** All the time that the request had left when its decision was asked for, microseconds. */
export function deadlineOf({ outcome }: ChosenDecision, { defaultDeadlineUs }: Pick<OrchestratorPorts, "defaultDeadlineUs">): number {
  return outcome.promise.perCall.deadlineUs ?? defaultDeadlineUs ?? DEFAULT_DEADLINE_US;
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

import type { JsonValue } from "@caio/core";

/** One broken per-call guarantee. Never holds output, payload or what a service said. */
export interface Violation {
  readonly property: string;
  readonly promised: JsonValue;
  readonly measured: JsonValue;
  readonly reason: string;
}

/** Whether a call kept the per-call part of γ (calculus §7). */
export interface Verdict {
  readonly holds: boolean;
  readonly violations: readonly Violation[];
  /** Promised but not measurable, because the service did not report what it used. */
  readonly unmeasured: readonly string[];
}

/** The verdict over what was found. */
export function verdictOf(violations: readonly Violation[], unmeasured: readonly string[] = []): Verdict {
  return { holds: violations.length === 0, violations, unmeasured };
}

import { CaioError } from "@caio/core";

import type { PerCallPromise } from "./promise-of.ts";

/** What was set aside for the call. */
export interface AdmissionFacts {
  /** Cost reserved in the policy's currency; null: nothing was. */
  readonly reservedMicros: number | null;
}

/** Why a call may not even begin. */
export type AdmissionError = CaioError<"DeadlineExceeded" | "GuaranteeViolation" | "BudgetExceeded">;

/**
 * Whether a call may begin under its promise: time is left, the caps are sensible, and the worst-case cost is reserved.
 * Undefined: it may.
 */
export function refuseAdmission(promise: PerCallPromise, { reservedMicros }: AdmissionFacts): AdmissionError | undefined {
  const { deadlineUs, maxOutputTokens, costCapMicros } = promise;
  // What is left of a deadline may be a fraction, as clocks are.
  if (deadlineUs !== null && !(Number.isFinite(deadlineUs) && deadlineUs > 0)) {
    return new CaioError("DeadlineExceeded", `No time is left for the call: the deadline is ${String(deadlineUs)} µs.`, {
      details: { promised: "above 0", measured: String(deadlineUs) },
    });
  }
  if (maxOutputTokens !== null && !isCount(maxOutputTokens)) return refuse("max_output_tokens", maxOutputTokens);
  if (costCapMicros === null) return undefined;
  if (!isCount(costCapMicros)) return refuse("cost_cap_micros", costCapMicros);
  if (reservedMicros !== null && reservedMicros >= costCapMicros) return undefined;
  const reserved = reservedMicros ?? 0;
  return new CaioError(
    "BudgetExceeded",
    `The call may cost ${String(costCapMicros)} micro-units, of which ${String(reserved)} are reserved. Reserve the worst case first.`,
    { details: { cost_cap_micros: costCapMicros, reserved_micros: reserved } },
  );
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function refuse(property: string, found: number): CaioError<"GuaranteeViolation"> {
  return new CaioError("GuaranteeViolation", `At ${property}: found ${String(found)}, expected an integer of at least 0.`, {
    details: { property, found: String(found) },
  });
}

import { CaioError, isCaioError, type Digest } from "@caio/core";

import { refuseAdmission } from "./admission.ts";
import { checkResult, payloadDigestOf, requirePromisedSchema } from "./check-result.ts";
import type { Clock } from "./clock.ts";
import type { BrokenCall, EnforcedCall, Enforcement, EnforcementErrorCode } from "./enforcement.ts";
import { failureOf } from "./failure.ts";
import type { PerCallPromise } from "./promise-of.ts";
import { readResult } from "./read-result.ts";
import { runToDeadline, type Run } from "./run-to-deadline.ts";
import { OutputSchemas } from "./schema/output-schemas.ts";
import { verdictOf, type Violation } from "./verdict.ts";

/** No call runs for ever. */
const LONGEST_US = 30_000_000;

/**
 * Holds calls to the per-call part of γ (calculus §7): before (time left, cost reserved), during (deadline) and after
 * (schema, tokens, cost, integrity). INV-CAIO-0005: what it returns as a success kept every one of them.
 *
 * @example
 * ```ts
 * import { GuaranteeEnforcer, type Clock, type EnforcedCall, type PerCallPromise } from "@caio/guarantees";
 *
 * declare const clock: Clock;
 * declare const call: EnforcedCall;
 * declare const promise: PerCallPromise;
 *
 * const enforcer = new GuaranteeEnforcer({ clock });
 * const ended = await enforcer.enforce(call, promise, (signal) => fetchAnswer(signal));
 * if (ended.status !== "success") console.log(ended.error.code, ended.verdict.violations);
 *
 * declare function fetchAnswer(signal: AbortSignal): Promise<{ output: string }>;
 * ```
 */
export class GuaranteeEnforcer {
  readonly #clock: Clock;
  readonly #longestUs: number;
  readonly #schemas = new OutputSchemas();

  /** @param options - `longestUs`: when a call ends whose promise names no deadline; default 30 s */
  constructor({ clock, longestUs = LONGEST_US }: { readonly clock: Clock; readonly longestUs?: number }) {
    this.#clock = clock;
    this.#longestUs = longestUs;
  }

  /**
   * Makes a call under its promise. Never rejects, whatever the service does: it may hang, throw, reject with anything,
   * answer late or twice, or return what is no JSON. What it cannot survive is code in the same process that never gives
   * the thread back.
   *
   * @param run - makes the call; it should stop when the signal is aborted
   */
  async enforce(call: EnforcedCall, promise: PerCallPromise, run: Run): Promise<Enforcement> {
    const refusal = this.#refuse(call, promise);
    if (refusal !== undefined) return refusal;
    const payloadDigest = payloadDigestOf(call);
    if (payloadDigest === null) return broken("error", notJson(call), 0);
    const deadlineUs = promise.deadlineUs ?? this.#longestUs;
    const { ending, latencyUs } = await runToDeadline(run, deadlineUs, this.#clock, call.signal);
    switch (ending.kind) {
      case "late":
        return late(call, deadlineUs, latencyUs);
      case "cancelled":
        return broken("cancelled", cancelled(call), latencyUs);
      case "failed": {
        const { status, error } = failureOf(ending.error, call);
        return broken(status, error, latencyUs);
      }
      case "returned":
        return this.#judge(call, promise, { value: ending.value, latencyUs, payloadDigest });
    }
  }

  #refuse(call: EnforcedCall, promise: PerCallPromise): BrokenCall | undefined {
    try {
      const error = refuseAdmission(promise, { reservedMicros: call.reservedMicros ?? null });
      if (error !== undefined) return broken(error.code === "DeadlineExceeded" ? "timeout" : "error", error, 0);
      requirePromisedSchema(call, promise);
      if (promise.outputSchemaDigest !== null && typeof call.outputSchema === "object") {
        this.#schemas.prepare(call.outputSchema);
      }
      return undefined;
    } catch (error) {
      return broken("error", isCaioError(error, "InvalidContract") ? error : unexpected(call, error), 0);
    }
  }

  #judge(call: EnforcedCall, promise: PerCallPromise, returned: Returned): Enforcement {
    const { value, latencyUs, payloadDigest } = returned;
    const result = readResult(value);
    if ("reason" in result) return violated(call, [result], { latencyUs });
    const { output, usage, resultDigest } = result;
    try {
      const costMicros = call.costOf?.(usage, latencyUs);
      const verdict = checkResult({ call, promise, result, costMicros, payloadDigest }, this.#schemas);
      const measured = { latencyUs, resultDigest, ...(costMicros === undefined ? {} : { costMicros }) };
      if (verdict.holds) return { status: "success", output, usage, verdict, ...measured };
      return violated(call, verdict.violations, measured);
    } catch (error) {
      return broken("error", unexpected(call, error), latencyUs);
    }
  }
}

interface Returned {
  readonly value: unknown;
  readonly latencyUs: number;
  readonly payloadDigest: Digest;
}

function broken(
  status: BrokenCall["status"],
  error: CaioError<EnforcementErrorCode>,
  latencyUs: number,
  violations: readonly Violation[] = [],
): BrokenCall {
  return { status, error, latencyUs, verdict: verdictOf(violations) };
}

function late({ service }: EnforcedCall, deadlineUs: number, latencyUs: number): BrokenCall {
  const message = `Service ${service} did not answer within ${String(deadlineUs)} µs.`;
  const error = new CaioError("DeadlineExceeded", message, {
    details: { service, deadline_us: deadlineUs, latency_us: latencyUs },
  });
  const violation = { property: "deadline_us", promised: deadlineUs, measured: latencyUs, reason: message };
  return broken("timeout", error, latencyUs, [violation]);
}

function violated(
  { service }: EnforcedCall,
  violations: readonly Violation[],
  measured: { latencyUs: number; costMicros?: number; resultDigest?: Digest },
): BrokenCall {
  const names = violations.map(({ property }) => property);
  const code = names.includes("integrity") ? "IntegrityViolation" : "GuaranteeViolation";
  const reasons = violations.map(({ reason }) => reason).join(" ");
  const error = new CaioError(code, `Service ${service} broke its promise: ${reasons} The result is not returned.`, {
    details: { service, properties: names },
  });
  return { status: "violation", error, verdict: verdictOf(violations), ...measured };
}

function cancelled({ service }: EnforcedCall): CaioError<"ExecutionFailed"> {
  return new CaioError("ExecutionFailed", `The call of ${service} was cancelled by its caller.`, { details: { service } });
}

function notJson({ service }: EnforcedCall): CaioError<"ExecutionFailed"> {
  return new CaioError("ExecutionFailed", `The payload for ${service} is no JSON, so nothing was sent.`, {
    details: { service },
  });
}

function unexpected({ service }: EnforcedCall, cause: unknown): CaioError<"ExecutionFailed"> {
  return new CaioError("ExecutionFailed", `The result of ${service} could not be checked, so it is not returned.`, {
    details: { service },
    cause,
  });
}

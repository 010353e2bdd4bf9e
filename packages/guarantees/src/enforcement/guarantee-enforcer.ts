import { isCaioError, type JsonValue } from "@caio/core";

import { refuseAdmission } from "./admission.ts";
import { broken, cancelled, late, notJson, unexpected, violated } from "./broken-call.ts";
import type { Clock } from "./clock.ts";
import type { BrokenCall, EnforcedCall, Enforcement } from "./enforcement.ts";
import { failureOf } from "./failure.ts";
import type { PerCallPromise } from "./promise-of.ts";
import { payloadDigestOf, requirePromisedSchema } from "./result/check-result.ts";
import { judgeResult } from "./result/judge-result.ts";
import { readResult } from "./result/read-result.ts";
import { runToDeadline, type Run } from "./run-to-deadline.ts";
import { OutputSchemas } from "./schema/output-schemas.ts";
import { abandonable, type Abandonable } from "./stream/abandonable.ts";
import { heldStream } from "./stream/held-stream.ts";
import type { StreamLimits, StreamSource } from "./stream/stream-limits.ts";

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
        return late(call, "deadline_us", deadlineUs, latencyUs);
      case "cancelled":
        return broken("cancelled", cancelled(call), latencyUs);
      case "failed": {
        const { status, error } = failureOf(ending.error, call);
        return broken(status, error, latencyUs);
      }
      case "returned": {
        const result = readResult(ending.value);
        if ("reason" in result) return violated(call, [result], { latencyUs });
        return judgeResult({ call, promise, result, latencyUs, payloadDigest }, this.#schemas);
      }
    }
  }

  /**
   * Makes a call whose answer comes in parts: gives each delta once it is checked, and at last how the call ended. Never
   * rejects and never hangs, whatever the source does: it may yield garbage, never end, throw, ignore the abort, end twice, or
   * flood. It is asked for the next part only when its consumer asks; a consumer who leaves (`return`) aborts it at once.
   *
   * A source that stops without an `end` was cut. Tokens and cost are counted as the deltas pass, and the stream stops at the
   * cap. `resultDigest` is that of the list of deltas that were given; `output` is what the `end` carried, else null.
   *
   * @param source - opens the stream; it should stop when the signal is aborted
   *
   * @example
   * ```ts
   * import { streamCall, type ServiceCall, type ServiceExecutor } from "@caio/contracts";
   * import type { EnforcedCall, GuaranteeEnforcer, PerCallPromise } from "@caio/guarantees";
   *
   * declare const enforcer: GuaranteeEnforcer;
   * declare const executor: ServiceExecutor;
   * declare const call: EnforcedCall;
   * declare const sent: ServiceCall;
   * declare const promise: PerCallPromise;
   *
   * const stream = enforcer.enforceStream(call, promise, (signal) => streamCall(executor, sent, signal), { firstDeltaUs: 500_000 });
   * let step = await stream.next();
   * for (; step.done !== true; step = await stream.next()) console.log(step.value);
   * console.log(step.value.status); // "success" only if the answer was whole and kept its promise
   * ```
   */
  enforceStream(
    call: EnforcedCall,
    promise: PerCallPromise,
    source: StreamSource,
    limits: StreamLimits = {},
  ): Abandonable<JsonValue, Enforcement> {
    const abandoned = new AbortController();
    return abandonable(this.#hold(call, promise, source, limits, abandoned.signal), () => {
      abandoned.abort();
    });
  }

  async *#hold(
    call: EnforcedCall,
    promise: PerCallPromise,
    source: StreamSource,
    limits: StreamLimits,
    abandoned: AbortSignal,
  ): AsyncGenerator<JsonValue, Enforcement, void> {
    const refusal = this.#refuse(call, promise);
    if (refusal !== undefined) return refusal;
    const payloadDigest = payloadDigestOf(call);
    if (payloadDigest === null) return broken("error", notJson(call), 0);
    const deadlineUs = promise.deadlineUs ?? this.#longestUs;
    const terms = { call, promise, payloadDigest, limits, deadlineUs, clock: this.#clock, schemas: this.#schemas, abandoned };
    return yield* heldStream(source, terms);
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
}

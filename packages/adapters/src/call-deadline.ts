import type { CaioError } from "@caio/core";
import type { ServiceContract } from "@caio/contracts";

import { executorError, type ExecutorErrorCode } from "./executor-error.ts";

/** The longest delay that a timer takes; longer ones would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** What bounds a call. */
export interface CallBound {
  readonly contract: Pick<ServiceContract, "serviceId">;
  /** Microseconds from now. */
  readonly deadlineUs: number;
}

/**
 * Runs `work` with a signal that aborts at the deadline or with `outer`, and settles by then even if `work` never does.
 * A result that comes later is dropped. Uses a timer, never a clock.
 *
 * @throws CaioError `DeadlineExceeded` at the deadline or if `outer` timed out; `ExecutionFailed` with
 * `details.cancelled` if `outer` aborts for another reason; else what `work` throws.
 */
export async function withinDeadline<T>(bound: CallBound, outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (error: CaioError<ExecutorErrorCode>): void => {
      reject(error);
      controller.abort(error);
    };
    onAbort = (): void => {
      stop(isTimeout(outer.reason) ? exceeded(bound) : cancelled(bound));
    };
    if (bound.deadlineUs <= 0) stop(exceeded(bound));
    else if (outer.aborted) onAbort();
    else {
      outer.addEventListener("abort", onAbort, { once: true });
      timer = setTimeout(() => { stop(exceeded(bound)); }, Math.min(MAX_TIMER_MS, bound.deadlineUs / 1000));
    }
  });
  // The race may be decided before `stopped` rejects; an unhandled rejection would end the process.
  stopped.catch(() => undefined);
  try {
    return await Promise.race([stopped, controller.signal.aborted ? stopped : work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", onAbort);
  }
}

function isTimeout(reason: unknown): boolean {
  if (!(reason instanceof Error)) return false;
  return reason.name === "TimeoutError" || ("code" in reason && reason.code === "DeadlineExceeded");
}

function exceeded(bound: CallBound): CaioError<ExecutorErrorCode> {
  return executorError("DeadlineExceeded", bound.contract, "no answer within the deadline of the call. Allow more time or choose a faster service.", {
    details: { deadline_us: bound.deadlineUs },
  });
}

function cancelled(bound: CallBound): CaioError<ExecutorErrorCode> {
  return executorError("ExecutionFailed", bound.contract, "the call was cancelled before an answer came.", { details: { cancelled: true } });
}

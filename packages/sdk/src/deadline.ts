import { CaioError } from "@caio/core";

/** The longest delay that a timer takes; longer ones would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Runs `work` with a signal that aborts at the deadline or with `outer`, and settles by then even if `work` does not.
 * Only a duration and a timer are used, never a clock.
 *
 * @param deadlineUs - microseconds from now; absent: no deadline
 * @throws CaioError `DeadlineExceeded` at the deadline, `ExecutionFailed` if `outer` aborts first.
 */
export async function withDeadline<T>(
  deadlineUs: number | undefined,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onOuterAbort: (() => void) | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (error: CaioError): void => {
      reject(error);
      controller.abort(error);
    };
    onOuterAbort = (): void => {
      stop(cancelled());
    };
    if (deadlineUs !== undefined && deadlineUs <= 0) stop(exceeded());
    else if (outer?.aborted === true) onOuterAbort();
    else {
      outer?.addEventListener("abort", onOuterAbort, { once: true });
      if (deadlineUs !== undefined) {
        timer = setTimeout(() => { stop(exceeded()); }, Math.min(MAX_TIMER_MS, deadlineUs / 1000));
      }
    }
  });
  // The race may be over before `stopped` rejects; an unhandled rejection would end the process.
  stopped.catch(() => undefined);
  try {
    return await Promise.race([stopped, controller.signal.aborted ? stopped : work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    if (onOuterAbort !== undefined) outer?.removeEventListener("abort", onOuterAbort);
  }
}

function exceeded(): CaioError<"DeadlineExceeded"> {
  return new CaioError("DeadlineExceeded", "The service did not answer within the deadline of the call. Allow more time or ask for less.");
}

function cancelled(): CaioError<"ExecutionFailed"> {
  return new CaioError("ExecutionFailed", "The call was cancelled before the service answered.", {
    details: { cancelled: true },
  });
}

import type { CaioError } from "@caio/core";

import type { ServiceContract } from "../service-contract.ts";
import { executorError, type ExecutorErrorCode } from "./executor-error.ts";

/** The longest delay that a timer takes; longer ones would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** What bounds a call. */
export interface CallBound {
  readonly contract: Pick<ServiceContract, "serviceId">;
  /** Microseconds from now. */
  readonly deadlineUs: number;
}

/** A signal that aborts when a call has to stop, for a reason that is the error to end it with. */
export interface StopSignal {
  readonly signal: AbortSignal;
  /** What the call ends with; undefined while it may go on. */
  readonly stopped: () => CaioError<ExecutorErrorCode> | undefined;
  /** To be called when the call is over, however it ended. */
  readonly release: () => void;
}

/**
 * Aborts at the deadline (`DeadlineExceeded`) or with `outer`: `DeadlineExceeded` if that timed out, else `ExecutionFailed` with
 * `details.cancelled`. Uses a timer, never a clock.
 */
export function stopSignal(bound: CallBound, outer: AbortSignal): StopSignal {
  const controller = new AbortController();
  let error: CaioError<ExecutorErrorCode> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const stop = (reason: CaioError<ExecutorErrorCode>): void => {
    error ??= reason;
    controller.abort(error);
  };
  const onAbort = (): void => { stop(isTimeout(outer.reason) ? exceeded(bound) : cancelled(bound)); };
  if (bound.deadlineUs <= 0) stop(exceeded(bound));
  else if (outer.aborted) onAbort();
  else {
    outer.addEventListener("abort", onAbort, { once: true });
    timer = setTimeout(() => { stop(exceeded(bound)); }, Math.min(MAX_TIMER_MS, bound.deadlineUs / 1000));
  }
  const release = (): void => {
    clearTimeout(timer);
    outer.removeEventListener("abort", onAbort);
  };
  return { signal: controller.signal, stopped: () => error, release };
}

/**
 * Runs `work` with a signal that aborts at the deadline or with `outer`, and settles by then even if `work` never does.
 * A result that comes later is dropped.
 *
 * @throws CaioError as `stopSignal` says, else what `work` throws.
 */
export async function withinDeadline<T>(bound: CallBound, outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, stopped, release } = stopSignal(bound, outer);
  try {
    const before = stopped();
    if (before !== undefined) throw before;
    return await new Promise<T>((resolve, reject) => {
      // Listens before the work does: the reason of the stop comes first, whatever the work makes of it.
      signal.addEventListener("abort", () => { reject(stopped() ?? exceeded(bound)); }, { once: true });
      void settle(work, signal, resolve, reject);
    });
  } finally {
    release();
  }
}

/**
 * The values of `open` for as long as the call may go on: iteration ends by the deadline even if the source never settles.
 * Whoever stops iterating ends the source, without waiting for it.
 *
 * @throws CaioError as `stopSignal` says, else what the source throws.
 */
export async function* untilDeadline<T>(
  bound: CallBound,
  outer: AbortSignal,
  open: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  const { signal, stopped, release } = stopSignal(bound, outer);
  let interrupt = (): void => undefined;
  signal.addEventListener("abort", () => { interrupt(); }, { once: true });
  let iterator: AsyncIterator<T> | undefined;
  try {
    for (;;) {
      const before = stopped();
      if (before !== undefined) throw before;
      const source = (iterator ??= open(signal)[Symbol.asyncIterator]());
      const step = await new Promise<IteratorResult<T>>((resolve, reject) => {
        interrupt = () => { reject(stopped() ?? exceeded(bound)); };
        void settle(() => source.next(), signal, resolve, reject);
      });
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    release();
    void settle(async () => { await iterator?.return?.(); }, signal, () => undefined, () => undefined);
  }
}

/** Settles as the work does, also if it throws at once. */
async function settle<T>(
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  resolve: (value: T) => void,
  reject: (reason: unknown) => void,
): Promise<void> {
  try {
    resolve(await work(signal));
  } catch (error) {
    reject(error);
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

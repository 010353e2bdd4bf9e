import type { Clock } from "./clock.ts";

/** How a run ended; the first ending counts, whatever comes later. */
type Ending =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "late" }
  | { readonly kind: "cancelled" };

/** An ending and how long it took by the monotonic clock. */
export interface Timed {
  readonly ending: Ending;
  readonly latencyUs: number;
}

/** What is run: it should stop when the signal is aborted, but need not. */
export type Run = (signal: AbortSignal) => unknown;

/**
 * Runs under a deadline. Never rejects: a synchronous throw is a failure, a promise that never settles is late, one that
 * settles afterwards is ignored. A value that arrives after the deadline because the thread was busy is late too.
 */
export async function runToDeadline(run: Run, deadlineUs: number, clock: Clock, cancel?: AbortSignal): Promise<Timed> {
  if (cancel?.aborted === true) return { ending: { kind: "cancelled" }, latencyUs: 0 };
  const controller = new AbortController();
  const startedUs = clock.nowUs();
  let stopTimer = (): void => undefined;
  let stopListening = (): void => undefined;
  const first = await new Promise<Ending>((end) => {
    stopTimer = clock.setTimer(deadlineUs, () => {
      end({ kind: "late" });
    });
    stopListening = onAbort(cancel, () => {
      end({ kind: "cancelled" });
    });
    Promise.resolve(controller.signal)
      .then(run)
      .then(
        (value: unknown) => {
          end({ kind: "returned", value });
        },
        (error: unknown) => {
          end({ kind: "failed", error });
        },
      );
  });
  stopTimer();
  stopListening();
  const latencyUs = Math.max(0, Math.ceil(clock.nowUs() - startedUs));
  const ending: Ending = first.kind !== "cancelled" && latencyUs > deadlineUs ? { kind: "late" } : first;
  if (ending.kind === "late" || ending.kind === "cancelled") controller.abort();
  return { ending, latencyUs };
}

function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  signal?.addEventListener("abort", listener, { once: true });
  return () => signal?.removeEventListener("abort", listener);
}

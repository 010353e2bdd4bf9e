import { CaioError } from "@caio/core";
import type { Clock } from "@caio/guarantees";

/** How long to wait for a port, and what ends the waiting early. */
export interface Patience {
  readonly clock: Clock;
  /** Microseconds; absent: for ever. */
  readonly limitUs?: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The result of a port that may hang: nothing outside may keep a request longer than its caller waits for it.
 *
 * @param what - the port in words, for the error
 * @throws CaioError `DeadlineExceeded` after the limit, `ExecutionFailed` if the caller went away, and what the port throws.
 */
export function withPatience<T>(work: Promise<T>, what: string, { clock, limitUs, signal }: Patience): Promise<T> {
  return new Promise((resolve, reject) => {
    const stops: (() => void)[] = [];
    const end = (settle: () => void): void => {
      for (const stop of stops) stop();
      settle();
    };
    const cancelled = (): void => {
      end(() => {
        reject(new CaioError("ExecutionFailed", `The caller went away while ${what}.`, { details: { cancelled: true } }));
      });
    };
    if (limitUs !== undefined) {
      const late = (): void => {
        end(() => {
          reject(new CaioError("DeadlineExceeded", `${what} took longer than ${String(limitUs)} µs.`, { details: { deadline_us: limitUs } }));
        });
      };
      stops.push(clock.setTimer(limitUs, late));
    }
    signal?.addEventListener("abort", cancelled, { once: true });
    stops.push(() => signal?.removeEventListener("abort", cancelled));
    if (signal?.aborted === true) cancelled();
    work.then(
      (value) => {
        end(() => {
          resolve(value);
        });
      },
      (error: unknown) => {
        end(() => {
          reject(error instanceof Error ? error : new CaioError("ExecutionFailed", `${what} failed.`, { cause: error }));
        });
      },
    );
  });
}

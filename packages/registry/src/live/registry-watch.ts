import type { EventLog } from "./event-log.ts";
import type { RegistryEvent } from "./registry-event.ts";

/**
 * Events of the registry in order, without end until `return` is called, the loop over it is left, or the signal aborts.
 * It holds a position and no events; one that falls too far behind gets a `gap` event and goes on from there.
 */
export class RegistryWatch implements AsyncIterableIterator<RegistryEvent, undefined> {
  readonly #log: EventLog;
  readonly #since: number;
  readonly #stopListening: () => void;
  readonly #signal: AbortSignal | undefined;
  #position = 0;
  #closed = false;
  #waiting: ((result: IteratorResult<RegistryEvent, undefined>) => void)[] = [];

  constructor(log: EventLog, since: number, signal: AbortSignal | undefined) {
    this.#log = log;
    this.#since = since;
    this.#signal = signal;
    this.#stopListening = log.listen(() => {
      this.#serve();
    });
    if (signal?.aborted === true) this.#close();
    else signal?.addEventListener("abort", this.#close, { once: true });
  }

  next(): Promise<IteratorResult<RegistryEvent, undefined>> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<RegistryEvent, undefined>> {
    this.#close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #close = (): void => {
    this.#closed = true;
    this.#stopListening();
    this.#signal?.removeEventListener("abort", this.#close);
    this.#serve();
  };

  /** Answers those who wait, in the order they asked, as far as there are events. */
  #serve(): void {
    while (this.#waiting.length > 0) {
      const reading = this.#closed ? undefined : this.#log.read(this.#position, this.#since);
      if (reading === undefined && !this.#closed) return;
      const resolve = this.#waiting.shift();
      if (reading === undefined) {
        resolve?.({ done: true, value: undefined });
      } else {
        this.#position = reading.next;
        resolve?.({ done: false, value: reading.event });
      }
    }
  }
}

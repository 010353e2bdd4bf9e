import type { ControlSignal } from "../signal/control-signal.ts";
import type { IntentReading, MaiaPort } from "./maia-port.ts";

/** A `MaiaPort` that reports what it was given and keeps the last signals, for tests and for running without MAIA. */
export class InMemoryMaia implements MaiaPort {
  #reading: IntentReading | undefined;
  readonly #signals: ControlSignal[] = [];
  readonly #capacity: number;

  /** @param options - the reading, and how many signals are kept (1024 unless said; the oldest go first) */
  constructor(options: { readonly reading?: IntentReading; readonly capacity?: number } = {}) {
    this.#reading = options.reading;
    this.#capacity = options.capacity ?? 1024;
  }

  /** Replaces what `readIntent` reports. */
  report(reading: IntentReading | undefined): void {
    this.#reading = reading;
  }

  /** The signals received and still kept, oldest first. */
  get signals(): readonly ControlSignal[] {
    return [...this.#signals];
  }

  readIntent(): Promise<IntentReading | undefined> {
    return Promise.resolve(this.#reading);
  }

  sendControl(signal: ControlSignal): Promise<void> {
    this.#signals.push(signal);
    if (this.#signals.length > this.#capacity) this.#signals.shift();
    return Promise.resolve();
  }
}

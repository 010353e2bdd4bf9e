import type { Clock } from "@caio/guarantees";

export interface RepeaterOptions {
  readonly clock: Clock;
  /** From 0 up to 1, for jitter. */
  readonly chance: () => number;
  readonly everyMs: number;
  readonly work: () => Promise<void>;
  /** Told when it begins to fail, and not of every time. */
  readonly onFault: (fault: unknown) => void;
}

/** Does something again and again, one after another. What fails is done again at its time. */
export class Repeater {
  readonly #options: RepeaterOptions;
  #stopTimer: () => void = () => undefined;
  #working: Promise<void> = Promise.resolve();
  #failing = false;
  #stopped = false;

  constructor(options: RepeaterOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, chance, everyMs } = this.#options;
    if (this.#stopped) return;
    this.#stopTimer = clock.setTimer(Math.ceil(everyMs * (0.9 + chance() / 10) * 1000), () => {
      this.#working = this.#work().finally(() => { this.start(); });
    });
  }

  /** Waits for what is being done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopTimer();
    await this.#working;
  }

  async #work(): Promise<void> {
    try {
      await this.#options.work();
      this.#failing = false;
    } catch (fault) {
      if (!this.#failing) this.#options.onFault(fault);
      this.#failing = true;
    }
  }
}

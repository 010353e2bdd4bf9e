import type { Clock } from "../../src/index.ts";

/** A clock that moves only when told; timers fire as it passes them. */
export class TestClock implements Clock {
  #nowUs = 0;
  readonly #timers = new Map<symbol, { atUs: number; wake: () => void }>();

  nowUs(): number {
    return this.#nowUs;
  }

  setTimer(delayUs: number, wake: () => void): () => void {
    const key = Symbol("timer");
    this.#timers.set(key, { atUs: this.#nowUs + delayUs, wake });
    return () => this.#timers.delete(key);
  }

  advance(byUs: number): void {
    this.#nowUs += byUs;
    for (const [key, { atUs, wake }] of this.#timers) {
      if (atUs > this.#nowUs) continue;
      this.#timers.delete(key);
      wake();
    }
  }

  /** Moves the clock but lets no timer fire: a thread that was busy. */
  stall(byUs: number): void {
    this.#nowUs += byUs;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }
}

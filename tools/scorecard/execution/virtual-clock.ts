import type { Clock } from "@caio/guarantees";

/** A clock that stands still until it is told to go on: tests of deadlines take no time and end the same every time. */
export class VirtualClock implements Clock {
  #nowUs = 0;
  #timers: { readonly at: number; readonly wake: () => void }[] = [];

  nowUs(): number {
    return this.#nowUs;
  }

  setTimer(delayUs: number, wake: () => void): () => void {
    const timer = { at: this.#nowUs + Math.max(0, delayUs), wake };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Settles after the delay, in virtual time. */
  after(delayUs: number): Promise<void> {
    return new Promise((resolve) => {
      this.setTimer(delayUs, resolve);
    });
  }

  /** Lets everything run to its end: whenever nothing else can go on, time goes to the next timer. */
  async drive<T>(work: Promise<T>): Promise<T> {
    const state = { done: false };
    const ended = work.finally(() => {
      state.done = true;
    });
    ended.catch(() => undefined);
    for (let idle = 0; idle < 1_000; ) {
      await new Promise((resolve) => setImmediate(resolve));
      if (state.done) return ended;
      idle = this.#advance() ? 0 : idle + 1;
    }
    throw new Error("Nothing is left to wait for, but the work has not ended.");
  }

  /** True if there was a timer to go to. */
  #advance(): boolean {
    const [first, ...rest] = [...this.#timers].sort((a, b) => a.at - b.at);
    if (first === undefined) return false;
    this.#timers = rest;
    this.#nowUs = Math.max(this.#nowUs, first.at);
    first.wake();
    return true;
  }
}

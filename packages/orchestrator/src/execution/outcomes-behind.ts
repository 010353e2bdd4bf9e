import { AsyncResource } from "node:async_hooks";

import type { Clock } from "@caio/guarantees";

/** How long an outcome waits for a decision to share its commit, microseconds: about what a commit takes. */
const COMPANY_US = 5_000;

/**
 * Outcomes that nobody waits for. Each is held until a decision is about to be logged, which then carries it, or for a few milliseconds:
 * a commit of its own would keep the next decision waiting.
 */
export class OutcomesBehind {
  readonly #clock: Clock;
  #held: (() => void)[] = [];
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Logs soon. @returns what ends as the logging does */
  follow(log: () => Promise<void>): Promise<void> {
    return new Promise((done, failed) => {
      // Whoever follows a request by its asynchronous context (tracing) finds this one in it, not the one that brings it.
      this.#held.push(AsyncResource.bind(() => { log().then(done, failed); }));
      this.#cancel ??= this.#clock.setTimer(COMPANY_US, () => { this.bring(); });
    });
  }

  /** Logs all that is held, now and in order. */
  bring(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const held = this.#held;
    this.#held = [];
    for (const log of held) log();
  }
}

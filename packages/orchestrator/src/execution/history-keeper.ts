import type { Field, HistoryStore, Outcome } from "@caio/contracts";
import { advanceHistory, type LearnedOutcome } from "@caio/control";

import { HistorySnapshot } from "../inputs/history-snapshot.ts";

/**
 * Turns outcomes into versions of H (calculus §9). Outcomes wait until a decision asks for the history; then all that wait
 * become one version. So a version is a batch, and no outcome is learned twice or lost.
 */
export class HistoryKeeper {
  readonly #store: HistoryStore;
  #snapshot: HistorySnapshot | undefined;
  #waiting: LearnedOutcome[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: HistoryStore) {
    this.#store = store;
  }

  /** Takes an outcome, with the intent that its decision was made on, into the next version. */
  note(outcome: Outcome, intent: Field): void {
    this.#waiting.push({ outcome, intent });
  }

  /** The history with everything noted so far. */
  current(): Promise<HistorySnapshot> {
    const next = this.#turn.then(() => this.#advance());
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #advance(): Promise<HistorySnapshot> {
    const before = (this.#snapshot ??= HistorySnapshot.of(await this.#store.latest()));
    if (this.#waiting.length === 0) return before;
    const batch = this.#waiting;
    const history = advanceHistory(before.history, batch);
    await this.#store.append(history);
    // Only what was kept leaves the queue; what came meanwhile stays.
    this.#waiting = this.#waiting.slice(batch.length);
    return (this.#snapshot = before.next(history));
  }
}

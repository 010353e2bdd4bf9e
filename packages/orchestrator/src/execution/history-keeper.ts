import type { Field, History, HistoryStore, Outcome } from "@caio/contracts";
import { advanceHistory, type LearnedOutcome } from "@caio/control";

import { HistorySnapshot } from "../inputs/history-snapshot.ts";

/**
 * Turns outcomes into versions of H (calculus §9). Outcomes wait until a decision asks for the history; then all that wait
 * become one version. So a version is a batch, and no outcome is learned twice or lost.
 *
 * A store that fails stops no decision: the last version that was kept goes on being used, and the outcomes wait.
 */
export class HistoryKeeper {
  readonly #store: HistoryStore;
  readonly #onFault: (fault: unknown) => void;
  #snapshot: HistorySnapshot | undefined;
  #waiting: LearnedOutcome[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: HistoryStore, onFault: (fault: unknown) => void) {
    this.#store = store;
    this.#onFault = onFault;
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
    const batch = this.#waiting.length;
    const after = before.next(advanceHistory(before.history, this.#waiting));
    const kept = await this.#keep(before, after);
    // Only what was kept leaves the queue; what came meanwhile stays.
    if (kept.root === after.root && kept.version === after.version) this.#waiting = this.#waiting.slice(batch);
    return (this.#snapshot = kept);
  }

  /** The version that the store holds afterwards: the new one, or, if it could not be kept, the one it has. */
  async #keep(before: HistorySnapshot, after: HistorySnapshot): Promise<HistorySnapshot> {
    try {
      await this.#store.append(after.history);
      return after;
    } catch (fault) {
      this.#onFault(fault);
      const latest = await this.#latest();
      // A store may keep a version and then fail to say so.
      return latest !== undefined && latest.version > before.version ? before.next(latest) : before;
    }
  }

  async #latest(): Promise<History | undefined> {
    try {
      return await this.#store.latest();
    } catch {
      return undefined;
    }
  }
}

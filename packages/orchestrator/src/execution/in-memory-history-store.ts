import type { History, HistoryStore } from "@caio/contracts";
import { CaioError } from "@caio/core";

/** Versions of H in memory; they go with the process. */
export class InMemoryHistoryStore implements HistoryStore {
  readonly #versions = new Map<number, History>();
  #latest: History;

  constructor(first: History = { version: 0, leaves: [] }) {
    this.#latest = first;
    this.#versions.set(first.version, first);
  }

  latest(): Promise<History> {
    return Promise.resolve(this.#latest);
  }

  load(version: number): Promise<History | undefined> {
    return Promise.resolve(this.#versions.get(version));
  }

  append(history: History): Promise<void> {
    const expected = this.#latest.version + 1;
    if (history.version !== expected) {
      const message = `Found history version ${String(history.version)}, expected ${String(expected)}. Advance the latest version.`;
      return Promise.reject(new CaioError("InvalidHistory", message, { details: { found: history.version, expected } }));
    }
    this.#versions.set(history.version, history);
    this.#latest = history;
    return Promise.resolve();
  }
}

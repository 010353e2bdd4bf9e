import type { History } from "@caio/contracts";
import { isLearnable, type UnlearnedEntry } from "@caio/orchestrator";
import type { EntryListener } from "@caio/traceability";

/**
 * Entries that the newest version of H has not learned, gathered while a log is opened: those of a process that was killed. A version that
 * does not say how far it has learned, of an older program, counts as having learned all; the first of all has learned nothing.
 */
export class UnlearnedEntries {
  readonly #through: number;
  #found: UnlearnedEntry[] = [];
  #follow: ((entry: UnlearnedEntry) => void) | undefined;

  constructor({ version, through }: Pick<History, "version" | "through">) {
    this.#through = through ?? (version === 0 ? -1 : Number.POSITIVE_INFINITY);
  }

  /** For `TraceabilitySystem.open`. */
  readonly listen: EntryListener = (entry, { logIndex }) => {
    if (!isLearnable(entry)) return;
    if (this.#follow !== undefined) this.#follow({ entry, logIndex });
    else if (logIndex > this.#through) this.#found.push({ entry, logIndex });
  };

  /** What was found while the log was opened. Entries that it turns out to hold later go to `follow`. */
  take(follow: (entry: UnlearnedEntry) => void): readonly UnlearnedEntry[] {
    const found = this.#found;
    this.#found = [];
    this.#follow = follow;
    return found;
  }
}

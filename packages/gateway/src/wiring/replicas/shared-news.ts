/** What instances share, by what changes together. */
export const sharedKinds = ["registry", "policies", "keys"] as const;

export type SharedKind = (typeof sharedKinds)[number];

/** For each kind a number that goes up with every committed change of it. */
export type SharedRevisions = Readonly<Record<SharedKind, number>>;

/** How an instance hears of what others change. */
export interface SharedNews {
  /** The revisions as they are committed when this is asked, or later. It fails in bounded time where they cannot be read. */
  revisions(): Promise<SharedRevisions>;
  /**
   * Tells at once when something may have changed, and whenever the line on which it hears of that is there again. News may be lost with the
   * line: `revisions` is what counts.
   *
   * @param onLine - told whether the line is there
   * @returns what ends it
   */
  listen(onNews: () => void, onLine: (connected: boolean) => void): () => Promise<void>;
}

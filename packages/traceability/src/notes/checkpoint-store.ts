/** The newest checkpoint that was signed, and when. */
export interface SignedCheckpoint {
  /** A signed note. */
  readonly note: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly signedAt: number;
}

/**
 * Where the newest signed checkpoint is kept. It is what keeps a log from being forked, so it must be durable before `save`
 * resolves, and should not be lost together with the log.
 */
export interface CheckpointStore {
  /** The newest, null if there is none yet. */
  load(): Promise<SignedCheckpoint | null>;
  save(checkpoint: SignedCheckpoint): Promise<void>;
}

/** Keeps the newest checkpoint as long as the process: for tests, examples and single runs. */
export class InMemoryCheckpointStore implements CheckpointStore {
  #checkpoint: SignedCheckpoint | null = null;

  load(): Promise<SignedCheckpoint | null> {
    return Promise.resolve(this.#checkpoint);
  }

  save(checkpoint: SignedCheckpoint): Promise<void> {
    this.#checkpoint = checkpoint;
    return Promise.resolve();
  }
}

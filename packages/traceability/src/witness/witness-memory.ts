/** The newest checkpoint of a log that a witness has vouched for. */
export interface WitnessedCheckpoint {
  readonly origin: string;
  /** A signed note. */
  readonly note: string;
}

/**
 * What a witness remembers, by origin. It must be durable before `save` resolves, and kept apart from the logs that it is about: a copy
 * of a database that was put back must not make the witness forget with it.
 */
export interface WitnessMemory {
  load(origin: string): Promise<WitnessedCheckpoint | undefined>;
  save(checkpoint: WitnessedCheckpoint): Promise<void>;
}

/** Remembers as long as the process: for tests. */
export class InMemoryWitnessMemory implements WitnessMemory {
  readonly #known = new Map<string, WitnessedCheckpoint>();

  load(origin: string): Promise<WitnessedCheckpoint | undefined> {
    return Promise.resolve(this.#known.get(origin));
  }

  save(checkpoint: WitnessedCheckpoint): Promise<void> {
    this.#known.set(checkpoint.origin, checkpoint);
    return Promise.resolve();
  }
}

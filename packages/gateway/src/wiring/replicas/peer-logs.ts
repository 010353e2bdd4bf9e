import { CaioError, isCaioError, type Digest } from "@caio/core";
import { KeyRing, LogReader, openCheckpoint, type Checkpoint, type Trace, type TraceStore } from "@caio/traceability";

import type { InstanceDirectory, InstanceLogStores, KnownInstance } from "./instance-directory.ts";

/** The log of another instance, read as far as its newest checkpoint says. */
export interface PeerLog {
  readonly card: KnownInstance;
  readonly note: string;
  readonly checkpoint: Checkpoint;
  readonly reader: LogReader;
  readonly openings: InstanceLogStores["openings"];
}

/** The logs of the other instances. Of each, what was read and hashed is kept, so that only what is new is read. */
export class PeerLogs {
  readonly #directory: InstanceDirectory;
  readonly #self: string;
  readonly #readers = new Map<string, LogReader>();

  constructor(directory: InstanceDirectory, self: string) {
    this.#directory = directory;
    this.#self = self;
  }

  /** The other instances that were ever there. */
  async others(): Promise<readonly KnownInstance[]> {
    return (await this.#directory.list()).filter(({ name }) => name !== this.#self);
  }

  /** Where the log of an instance is kept, to be read. */
  store(instance: string): TraceStore {
    return this.#directory.logOf(instance).traces;
  }

  /** What opens the decisions of an instance. */
  openings(instance: string): InstanceLogStores["openings"] {
    return this.#directory.logOf(instance).openings;
  }

  /** Their logs without a look at checkpoints: for what is found by a name alone. */
  reader(instance: string): LogReader {
    const known = this.#readers.get(instance) ?? new LogReader(this.#directory.logOf(instance).traces);
    this.#readers.set(instance, known);
    return known;
  }

  /**
   * A decision with its outcomes in the log of an instance, as its store has them; undefined if there is none.
   *
   * @throws CaioError `Expired`, with the proof that the log holds it, if that can be had
   */
  async trace(card: KnownInstance, decisionId: Digest, tenant: string | undefined): Promise<Trace | undefined> {
    const reader = this.reader(card.name);
    try {
      return await reader.trace(decisionId, tenant);
    } catch (error) {
      if (!isCaioError(error, "Expired")) throw error;
      // What proves that it was there is in the tree, which may not have been read so far.
      await this.open(card).catch(() => undefined);
      return await reader.trace(decisionId, tenant);
    }
  }

  /**
   * The log of an instance as its newest checkpoint shows it, which one of its keys has signed; undefined if it has none yet.
   *
   * @throws CaioError `InvalidProof` if none of its keys did, `IntegrityViolation` if its store does not hold what was signed
   */
  async open(card: KnownInstance): Promise<PeerLog | undefined> {
    const { checkpoints, openings } = this.#directory.logOf(card.name);
    const newest = await checkpoints.load();
    if (newest === null) return undefined;
    const checkpoint = openCheckpoint(newest.note, KeyRing.parseVerifiers(card.logKeys), card.origin);
    const reader = this.reader(card.name);
    await reader.reach(checkpoint);
    return { card, note: newest.note, checkpoint, reader, openings };
  }

  /** As `open`, by name. @throws CaioError `NotFound` for a name that is none of another instance, or of one without a checkpoint */
  async named(instance: string): Promise<PeerLog> {
    const card = (await this.others()).find(({ name }) => name === instance);
    const log = card === undefined ? undefined : await this.open(card);
    if (log !== undefined) return log;
    const message = card === undefined ? `No instance ${instance}. List them: GET /api/v1/instances` : `Instance ${instance} has signed no checkpoint yet.`;
    throw new CaioError("NotFound", message, { details: { instance } });
  }
}

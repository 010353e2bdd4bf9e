import { CaioError, isCaioError, type Digest } from "@caio/core";
import { entryHash, parseLogEntry, type ExpiredEntry, type StoredEntry } from "@caio/traceability";
import { jetstream, type JetStreamClient, type JetStreamManager, type StoredMsg } from "@nats-io/jetstream";
import { headers, type NatsConnection } from "@nats-io/transport-node";

import { ConnectionWatch } from "../connection/connection-watch.ts";
import { pause } from "../connection/pause.ts";
import { API_TIMEOUT_MS, ensureLogStream, managerOf, type LogStreamTerms } from "./log-stream.ts";
import { entrySubject, EXPIRED_HEADER, expiredSubject, INDEX_HEADER, logStream } from "./log-subject.ts";

/** The log that is published: what is durable of it, and no more. */
export interface LogSource {
  /** How many entries are durable. */
  size(): number;
  /** At most `count` entries from index `start` on, as they are hashed: `TraceStore.read` gives them. */
  read(start: number, count: number): Promise<readonly SourceEntry[]>;
}

/** An entry, or what is left of one that is past its retention. */
export type SourceEntry = Pick<StoredEntry, "text"> | Pick<ExpiredEntry, "text" | "leaf" | "keys">;

export interface LogPublisherOptions {
  readonly connection: NatsConnection;
  /** The log's name: that on its checkpoints. Two logs never share one. */
  readonly log: string;
  readonly source: LogSource;
  readonly stream?: LogStreamTerms;
  /** Entries that may be on their way at once. Default 128. */
  readonly inFlight?: number;
  /** Milliseconds between two looks for new entries. Default 25. */
  readonly pollMs?: number;
  /** Told of what stands in the way; the publisher goes on by itself unless the stream holds another log. */
  readonly onFault?: (fault: unknown) => void;
}

/** How far a publisher is. */
export interface LogPublisherStanding {
  /** `waiting`: for NATS. `refused`: the stream does not hold this log, so nothing more is published. */
  readonly state: "publishing" | "waiting" | "refused";
  /** Entries that the stream has acknowledged. */
  readonly published: number;
  /** Entries that are durable in the log. */
  readonly size: number;
}

const RETRY_MS = 250;
const MAX_RETRY_MS = 5000;

/**
 * Copies a log into a stream, entry by entry and in the log's order, behind the log and never before it: nobody who decides waits for this.
 *
 * The stream's sequence is the entry's index + 1, and every entry is published under the condition that the one before it is there. So
 * nothing is left out, doubled or out of order, whatever is lost on the way and however many publish the same log; and where to go on
 * after a restart is what the stream itself says.
 */
export class LogPublisher {
  readonly #options: LogPublisherOptions;
  readonly #client: JetStreamClient;
  readonly #watch: ConnectionWatch;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #state: LogPublisherStanding["state"] = "waiting";
  #published = 0;

  private constructor(options: LogPublisherOptions) {
    this.#options = options;
    this.#client = jetstream(options.connection, { timeout: API_TIMEOUT_MS });
    this.#watch = ConnectionWatch.of(options.connection);
    this.#ended = this.#run();
  }

  /** Begins at once; waits for nothing. */
  static start(options: LogPublisherOptions): LogPublisher {
    return new LogPublisher(options);
  }

  get standing(): LogPublisherStanding {
    return { state: this.#state, published: this.#published, size: this.#options.source.size() };
  }

  /** Stops; resolves once nothing is on its way any more. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let retryMs = RETRY_MS;
    while (!this.#isStopped() && this.#state !== "refused") {
      const before = this.#published;
      try {
        const manager = await managerOf(this.#options.connection);
        await ensureLogStream(manager, this.#options.log, this.#options.stream ?? {});
        this.#published = await this.#positionOf(manager);
        this.#state = "publishing";
        await this.#publishOn(signal);
      } catch (fault) {
        this.#state = isCaioError(fault, "IntegrityViolation") ? "refused" : "waiting";
        if (this.#isStopped()) return;
        this.#options.onFault?.(fault);
        retryMs = this.#published > before ? RETRY_MS : Math.min(MAX_RETRY_MS, retryMs * 2);
        await pause(retryMs, signal);
      }
    }
  }

  /** How many entries the stream has had. @throws CaioError `IntegrityViolation` if they are not those of this log */
  async #positionOf(manager: JetStreamManager): Promise<number> {
    const { log, source } = this.#options;
    const name = logStream(log);
    const { state } = await manager.streams.info(name);
    const position = state.last_seq;
    if (position > source.size()) throw anotherLog(name, `${String(position)} entries, where the log has ${String(source.size())}`);
    if (position === 0 || state.messages === 0) return position;
    const last = await manager.streams.getMessage(name, { seq: position });
    const [entry] = await source.read(position - 1, 1);
    // One that was taken out of the stream says nothing.
    if (last !== null && (entry === undefined || leafOf(last) !== leafOfEntry(entry))) throw anotherLog(name, `another entry at index ${String(position - 1)}`);
    return position;
  }

  /** Publishes whatever there is and comes to be, until something goes wrong. */
  async #publishOn(signal: AbortSignal): Promise<void> {
    const { source, inFlight = 128, pollMs = 25 } = this.#options;
    while (!signal.aborted) {
      const size = source.size();
      if (this.#published >= size) await pause(pollMs, signal);
      else await this.#publishAll(await source.read(this.#published, Math.min(inFlight, size - this.#published)));
    }
  }

  /** Publishes entries one behind the other without waiting for each; done when all are acknowledged. */
  async #publishAll(entries: readonly SourceEntry[]): Promise<void> {
    if (!this.#watch.up) throw new CaioError("ServiceUnavailable", "The connection to NATS is lost. It comes back by itself, if the servers do.");
    const start = this.#published;
    let lost = (): void => undefined;
    const broken = new Promise<never>((_, reject) => {
      lost = () => { reject(new CaioError("ServiceUnavailable", "The connection to NATS was lost while entries were on their way. They are published again.")); };
    });
    // The loss of a connection that nobody waits for is no fault.
    broken.catch(() => undefined);
    const forget = this.#watch.onLost(lost);
    const acks = entries.map((entry, at) => this.#publish(start + at, entry));
    try {
      for (const [at, ack] of acks.entries()) {
        await Promise.race([ack, broken]);
        this.#published = start + at + 1;
      }
    } finally {
      forget();
      // Those behind one that failed fail, too; what they failed with is known already.
      void Promise.allSettled(acks);
    }
  }

  async #publish(index: number, entry: SourceEntry): Promise<void> {
    const { log } = this.#options;
    const head = headers();
    head.set(INDEX_HEADER, String(index));
    if (entry.text === null) head.set(EXPIRED_HEADER, entry.leaf);
    const subject = entry.text === null ? expiredSubject(log, entry.keys.tenant) : entrySubject(log, parseLogEntry(entry.text));
    const { seq } = await this.#client.publish(subject, entry.text ?? "", {
      headers: head,
      msgID: `${log}:${String(index)}`,
      expect: { streamName: logStream(log), lastSequence: index },
    });
    if (seq !== index + 1) throw anotherLog(logStream(log), `entry ${String(index)} at sequence ${String(seq)}`);
  }
}

function leafOf(message: StoredMsg): Digest {
  const expired = message.header.get(EXPIRED_HEADER);
  return expired === "" ? entryHash(message.string()) : expired;
}

function leafOfEntry(entry: SourceEntry): Digest {
  return entry.text === null ? entry.leaf : entryHash(entry.text);
}

function anotherLog(stream: string, found: string): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `The stream ${stream} holds ${found}: it is not a copy of this log. Give the log another name, or delete the stream.`, {
    details: { stream, found },
  });
}

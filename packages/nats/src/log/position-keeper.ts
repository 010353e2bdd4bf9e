import { CaioError } from "@caio/core";
import { JetStreamApiError } from "@nats-io/jetstream";
import { Kvm, type KV } from "@nats-io/kv";
import { nuid, type NatsConnection } from "@nats-io/transport-node";

import { pause } from "../connection/pause.ts";
import { subjectToken } from "../connection/subject-token.ts";

/** The bucket of the positions that readers keep under a name. */
export const POSITIONS_BUCKET = "CAIO_POSITIONS";
const RETRY_MS = 500;
/** The error that a key has another revision than was said. */
const WRONG_REVISION = 10_071;

/**
 * Where a reader of a log is, kept under its name. Positions are written one after another, the newest wins; a second reader under the same
 * name is found out by the revision.
 */
export class PositionKeeper {
  readonly #bucket: KV;
  readonly #key: string;
  /** Of this reader and no other: it tells a write whose answer was lost from that of another reader. */
  readonly #mark = nuid.next();
  #revision: number;
  #wanted: number;
  #kept: number;
  #writing: Promise<void> | undefined;
  #fault: CaioError<"IntegrityViolation"> | undefined;
  readonly #stop = new AbortController();
  readonly #taken = new AbortController();

  private constructor(bucket: KV, key: string, revision: number, position: number) {
    this.#bucket = bucket;
    this.#key = key;
    this.#revision = revision;
    this.#wanted = position;
    this.#kept = position;
  }

  /** @param first - where a reader begins that has kept nothing yet */
  static async open(connection: NatsConnection, options: { readonly log: string; readonly name: string; readonly first: number; readonly replicas?: number }): Promise<PositionKeeper> {
    const bucket = await new Kvm(connection).create(POSITIONS_BUCKET, { history: 1, replicas: options.replicas ?? 1, allow_direct: false });
    const key = `${subjectToken(options.log)}.${subjectToken(options.name)}`;
    const entry = await bucket.get(key);
    const kept = entry === null ? Number.NaN : Number.parseInt(entry.string(), 10);
    const position = Number.isSafeInteger(kept) && kept >= 0 ? kept : options.first;
    return new PositionKeeper(bucket, key, entry?.revision ?? 0, position);
  }

  /** The index of the entry to read next. */
  get position(): number {
    return this.#wanted;
  }

  /** Asks to keep a position; does not wait for it. */
  keep(position: number): void {
    if (position <= this.#wanted) return;
    this.#wanted = position;
    this.#writing ??= this.#write().finally(() => { this.#writing = undefined; });
  }

  /** Aborts when it turns out that another reader uses the name. */
  get taken(): AbortSignal {
    return this.#taken.signal;
  }

  /** @throws CaioError `IntegrityViolation` if another reader uses the name */
  check(): void {
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** Waits until what was asked for is kept, or for as long as that; what is not kept is read again. */
  async close(waitMs: number): Promise<void> {
    if (this.#writing !== undefined) await Promise.race([this.#writing, pause(waitMs, this.#stop.signal)]);
    this.#stop.abort();
  }

  async #write(): Promise<void> {
    while (this.#kept < this.#wanted && this.#fault === undefined && !this.#stop.signal.aborted) {
      const position = this.#wanted;
      try {
        const text = this.#text(position);
        this.#revision = await (this.#revision === 0 ? this.#bucket.create(this.#key, text) : this.#bucket.update(this.#key, text, this.#revision));
        this.#kept = position;
      } catch (error) {
        if (error instanceof JetStreamApiError && error.code === WRONG_REVISION) await this.#compare(position).catch(() => undefined);
        else await pause(RETRY_MS, this.#stop.signal);
      }
    }
  }

  /** A write whose answer was lost is our own; any other means that somebody else writes. */
  async #compare(position: number): Promise<void> {
    const entry = await this.#bucket.get(this.#key);
    if (entry === null || entry.string() === this.#text(position)) {
      this.#revision = entry?.revision ?? 0;
      return;
    }
    const message = `Another reader keeps its position under ${this.#key}. Give each reader a name of its own.`;
    this.#fault = new CaioError("IntegrityViolation", message, { details: { key: this.#key } });
    this.#taken.abort(this.#fault);
  }

  #text(position: number): string {
    return `${String(position)} ${this.#mark}`;
  }
}

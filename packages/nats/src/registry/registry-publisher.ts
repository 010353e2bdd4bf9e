import { CaioError } from "@caio/core";
import type { RegistrySnapshot, ServiceRegistry } from "@caio/registry";
import { JetStreamApiError } from "@nats-io/jetstream";
import { nuid, type NatsConnection } from "@nats-io/transport-node";

import { ConnectionWatch } from "../connection/connection-watch.ts";
import { pause } from "../connection/pause.ts";
import { inParallel } from "./in-parallel.ts";
import { LeftBehind } from "./left-behind.ts";
import { HEAD_KEY, REGISTRY_BUCKET, RegistryBucket, serviceKey, shardKey, WRONG_REVISION, type KeyValue } from "./registry-bucket.ts";
import { headText, parseHead, type RegistryHead } from "./registry-head.ts";
import { listOf } from "./registry-list.ts";
import { serviceText } from "./service-text.ts";

export interface RegistryPublisherOptions {
  readonly connection: NatsConnection;
  readonly registry: ServiceRegistry;
  /** Whose registry it is: a name that stays over restarts, and that no other registry has. Of several that show the same one, the last to start writes. */
  readonly source: string;
  /** Default `CAIO_REGISTRY`. */
  readonly bucket?: string;
  /** Copies of the bucket, if it has to be made. Default 1. */
  readonly replicas?: number;
  /** Milliseconds between two signs of life. Default 2000. */
  readonly beatMs?: number;
  /** Told of what stands in the way; the publisher goes on by itself. */
  readonly onFault?: (fault: unknown) => void;
}

/** What a publisher is just now. */
export interface RegistryPublisherStanding {
  /** `writer`: its last word was acknowledged within three beats. `standby`: another source writes. `waiting`: for NATS. */
  readonly role: "writer" | "standby" | "waiting";
  /** The epoch of its registry that followers can see; null before there is one. */
  readonly epoch: number | null;
}

const RETRY_MS = 500;
/** Beats that another writer may leave out before its place is taken. */
const PATIENCE = 5;
/** Beats within which a writer must have heard that its word counted, to say that it is one. */
const LEASE = 3;
const WRITES_AT_ONCE = 32;
const HEAD_BYTES = 1_048_576;

/** Somebody else wrote the head: this is the writer no more. */
class Displaced extends CaioError<"IntegrityViolation"> {}

/**
 * Shows a registry in a bucket, for those who follow it. Texts of services and parts of the list are named by their digests and written first;
 * then `head`, which names them, under the condition that nobody else has written it since. So followers see whole epochs and nothing
 * between, and of two publishers one finds out that it is not the writer at its first word.
 */
export class RegistryPublisher {
  readonly #options: RegistryPublisherOptions;
  readonly #writer = nuid.next();
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #wake = (): void => undefined;
  #role: RegistryPublisherStanding["role"] = "waiting";
  #lease: NodeJS.Timeout | undefined;
  #epoch: number | null = null;
  #beat = 0;
  #displaced = false;
  /** Of the bucket that was written last. */
  #made = "";
  /** Revision of the head as far as it is known. */
  #head = 0;
  /** Revision of every key that is there, as far as this run has written it. */
  #present = new Map<string, number>();
  #leftBehind: LeftBehind | undefined;

  private constructor(options: RegistryPublisherOptions) {
    this.#options = options;
    void this.#watchRegistry();
    // What the servers lost with a connection is written again.
    ConnectionWatch.of(options.connection).onBack(() => {
      this.#present = new Map();
      this.#wake();
    });
    this.#ended = this.#run();
  }

  /** Begins at once; waits for nothing. */
  static start(options: RegistryPublisherOptions): RegistryPublisher {
    return new RegistryPublisher(options);
  }

  get standing(): RegistryPublisherStanding {
    return { role: this.#role, epoch: this.#epoch };
  }

  /** Stops. What is in the bucket stays. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#ended;
    clearTimeout(this.#lease);
  }

  async #watchRegistry(): Promise<void> {
    const changes = this.#options.registry.watch({ signal: this.#stop.signal });
    while ((await changes.next()).done !== true) this.#wake();
  }

  async #run(): Promise<void> {
    const { connection, bucket: name = REGISTRY_BUCKET, replicas = 1, onFault } = this.#options;
    while (!this.#isStopped()) {
      try {
        const bucket = await RegistryBucket.create(connection, name, replicas);
        if (bucket.made !== this.#made) this.#present = new Map();
        this.#made = bucket.made;
        await this.#untilFree(bucket);
        this.#leftBehind ??= await LeftBehind.open(bucket, this.#head);
        await this.#writeOn(bucket);
      } catch (fault) {
        if (this.#isStopped()) return;
        if (fault instanceof Displaced) {
          this.#displaced = true;
          this.#present = new Map();
        }
        this.#become("waiting");
        if (!(fault instanceof Displaced) || fault.details["source"] !== this.#options.source) onFault?.(fault);
        await pause(RETRY_MS, this.#stop.signal);
      }
    }
  }

  /** Waits as long as another source gives signs of life. */
  async #untilFree(bucket: RegistryBucket): Promise<void> {
    let seen = -1;
    for (let left = PATIENCE; left > 0 && !this.#isStopped(); left--) {
      const value = await bucket.get(HEAD_KEY, HEAD_BYTES);
      const head = this.#headOf(value);
      this.#head = value?.revision ?? 0;
      if (head === undefined || head.writer === this.#writer) return;
      // An earlier run of the same gateway is no rival, but one that has taken this run's place is.
      if (head.source === this.#options.source && !this.#displaced) {
        // At once, and as it was: an earlier run that still lives would be faster than all that there is to be written.
        await this.#writeHead(bucket, head, true);
        return;
      }
      if (this.#head !== seen) left = PATIENCE;
      seen = this.#head;
      if (this.#role !== "standby" && head.source !== this.#options.source) this.#options.onFault?.(standsBy(head));
      this.#become("standby");
      await pause(head.beatMs, this.#stop.signal);
    }
  }

  /** Writes whatever changes, and signs of life between. @throws as soon as something is in the way */
  async #writeOn(bucket: RegistryBucket): Promise<void> {
    const { registry, beatMs = 2000 } = this.#options;
    // A head says one snapshot and the list of that one, whatever has come since.
    let shown = registry.snapshot();
    let list = listOf(shown);
    let present: Map<string, number> | undefined;
    while (!this.#isStopped()) {
      if (registry.snapshot() !== shown) {
        shown = registry.snapshot();
        list = listOf(shown);
        present = undefined;
      }
      if (present !== this.#present) {
        present = this.#present;
        await this.#writeTexts(bucket, shown, list);
      }
      await this.#writeHead(bucket, { epoch: shown.epoch, services: shown.size, trie: shown.trieRoot, shards: list.shards.map(({ digest }) => digest) });
      await this.#leftBehind?.forget(present, new Set([...list.shards.map(({ digest }) => shardKey(digest)), ...[...list.services].map(([id, digest]) => serviceKey(id, digest))]));
      if (registry.snapshot() === shown && present === this.#present) await this.#changeOrBeat(beatMs);
    }
  }

  async #writeTexts(bucket: RegistryBucket, snapshot: RegistrySnapshot, { shards, services }: ReturnType<typeof listOf>): Promise<void> {
    const present = this.#present;
    const put = async (key: string, text: string): Promise<void> => {
      // What was put is there if the connection did not break meanwhile; if it did, `present` is another one.
      present.set(key, await bucket.kv.put(key, text));
    };
    const missing = [...services].filter(([id, digest]) => !present.has(serviceKey(id, digest)));
    await inParallel(missing, WRITES_AT_ONCE, async ([id, digest]) => {
      const entry = snapshot.service(id);
      if (entry !== undefined) await put(serviceKey(id, digest), serviceText(entry));
    });
    await inParallel(shards.filter(({ digest }) => !present.has(shardKey(digest))), WRITES_AT_ONCE, ({ digest, text }) => put(shardKey(digest), text));
  }

  /** @param succeeds - whether it may follow on a head of another run of the same gateway */
  async #writeHead(bucket: RegistryBucket, state: Pick<RegistryHead, "epoch" | "services" | "trie" | "shards">, succeeds = false): Promise<void> {
    const { source, beatMs = 2000 } = this.#options;
    const text = headText({ ...state, source, writer: this.#writer, beat: ++this.#beat, beatMs });
    for (;;) {
      try {
        this.#head = await bucket.putAt(HEAD_KEY, text, this.#head);
        break;
      } catch (error) {
        if (!(error instanceof JetStreamApiError) || error.code !== WRONG_REVISION) throw error;
        const now = await bucket.get(HEAD_KEY, HEAD_BYTES);
        const head = this.#headOf(now);
        if (head !== undefined && head.writer !== this.#writer && !(succeeds && head.source === source)) throw displaced(head);
        // Either an answer was lost, or the servers lost what they had.
        this.#head = now?.revision ?? 0;
        if (now?.text === text) break;
      }
    }
    this.#epoch = state.epoch;
    this.#become("writer");
    clearTimeout(this.#lease);
    this.#lease = setTimeout(() => { this.#become("waiting"); }, beatMs * LEASE).unref();
  }

  /** What is no head was written by nobody who is one, and is written over. */
  #headOf(value: KeyValue | undefined): RegistryHead | undefined {
    if (value === undefined) return undefined;
    try {
      return parseHead(value.text);
    } catch (fault) {
      this.#options.onFault?.(fault);
      return undefined;
    }
  }

  async #changeOrBeat(beatMs: number): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => { woken.abort(); };
    if (!this.#isStopped()) await pause(beatMs, woken.signal);
    this.#wake = () => undefined;
  }

  #become(role: RegistryPublisherStanding["role"]): void {
    this.#role = role;
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }
}

function displaced({ source }: RegistryHead): Displaced {
  return new Displaced("IntegrityViolation", `Another publisher writes the registry's bucket now, for ${source}. Run one.`, { details: { source } });
}

function standsBy({ source }: RegistryHead): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `The registry's bucket shows the registry of ${source}, whose publisher is alive. Stop that one, or use another bucket.`, { details: { source } });
}

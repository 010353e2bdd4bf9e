import { idPattern } from "@caio/contracts";
import { CaioError, isCaioError, sha256Hex } from "@caio/core";
import type { Registration, RegistryEdit, ServiceRegistry } from "@caio/registry";
import type { NatsConnection } from "@nats-io/transport-node";

import { ConnectionWatch } from "../connection/connection-watch.ts";
import { pause } from "../connection/pause.ts";
import { inParallel } from "./in-parallel.ts";
import { HEAD_KEY, REGISTRY_BUCKET, RegistryBucket, serviceKey, shardKey } from "./registry-bucket.ts";
import { parseHead, parseShard, type RegistryHead, type ShardEntry } from "./registry-head.ts";
import { parseServiceText, serviceDigest } from "./service-text.ts";

export interface RegistryFollowerOptions {
  readonly connection: NatsConnection;
  /** Becomes what the bucket shows; what anybody else changes in it is undone. */
  readonly registry: ServiceRegistry;
  /** Default `CAIO_REGISTRY`. */
  readonly bucket?: string;
  /** The only source that is followed; absent: whichever writes. */
  readonly source?: string;
  /** Milliseconds; of any clock that goes forward. */
  readonly now: () => number;
  /** Told each time that a living writer said that this is its registry, and how many milliseconds before. */
  readonly onConfirmed?: (agoMs: number) => void;
  /** A reason not to take a service, if there is one, beside what parsing checks: its encoding, say. */
  readonly check?: (registration: Registration) => string | undefined;
  /** Services at most; a longer list is refused. Default 100 000. */
  readonly mostServices?: number;
  /** Told of what stands in the way, and of every service that is not taken. */
  readonly onFault?: (fault: unknown) => void;
}

/** A service of the bucket that is not taken: it is in the follower's registry neither as it is there nor as it was. */
export interface RefusedService {
  readonly serviceId: string;
  readonly reason: string;
}

/** What a follower has, and how fresh it is. */
export interface RegistryFollowerStanding {
  /** Whose registry it is, and its epoch there; null before the first. */
  readonly source: string | null;
  readonly epoch: number | null;
  /** Root of the source's trie (`RegistrySnapshot.trieRoot`), and whether the follower's own is the same. */
  readonly trieRoot: string | null;
  readonly matches: boolean;
  readonly refused: readonly RefusedService[];
  /** When a living writer last said that this is its registry, on the follower's own clock; null before the first time. */
  readonly confirmedAt: number | null;
}

/** A head as it came. */
interface HeardHead {
  readonly text: string;
  /** When it came; undefined if it only stood there when the watch began, written by who may be gone. */
  readonly saidAt: number | undefined;
}

const RETRY_MS = 500;
/** How long a watch may be silent, in beats, and milliseconds at least. */
const SILENT_BEATS = 5;
const LEAST_SILENCE_MS = 2000;
const READS_AT_ONCE = 16;
/** A contract's document is at most 64 KiB; its normalised form writes out what that leaves unsaid. */
const TEXT_BYTES = 524_288;
const SHARD_BYTES = 1_048_576;

/**
 * Keeps a registry as another one is, through NATS: whole epochs, each text under its own digest, each contract through the parser. What does
 * not parse is left out and reported. It says itself how old its knowledge is: if the source, its publisher or NATS is away, `confirmedAt`
 * stands still.
 */
export class RegistryFollower {
  readonly #options: RegistryFollowerOptions;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #bucket: RegistryBucket | undefined;
  #latest: HeardHead | undefined;
  #wake = (): void => undefined;
  #head: RegistryHead | undefined;
  #shards = new Map<string, readonly ShardEntry[]>();
  #refused = new Map<string, RefusedService>();
  /** Digests of texts that were not what they were named by: their publisher may write them again. */
  #spoilt = new Set<string>();
  #confirmedAt: number | null = null;
  #ready: (() => void) | undefined;
  /** Settles when the registry is for the first time as the bucket shows it, or when it is stopped. */
  readonly ready: Promise<void>;

  private constructor(options: RegistryFollowerOptions) {
    this.#options = options;
    this.ready = new Promise((resolve) => { this.#ready = resolve; });
    this.#ended = Promise.all([this.#watchHead(), this.#applyHeads()]).then(() => this.#ready?.());
  }

  /** Begins at once; waits for nothing. */
  static start(options: RegistryFollowerOptions): RegistryFollower {
    return new RegistryFollower(options);
  }

  get standing(): RegistryFollowerStanding {
    const { source = null, epoch = null, trie = null } = this.#head ?? {};
    const matches = trie !== null && this.#options.registry.snapshot().trieRoot === trie;
    return { source, epoch, trieRoot: trie, matches, refused: [...this.#refused.values()], confirmedAt: this.#confirmedAt };
  }

  /** Stops. The registry stays as it is. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#ended;
  }

  /** Only the newest head counts; how it is watched is of no matter. */
  async #watchHead(): Promise<void> {
    const { connection, bucket: name = REGISTRY_BUCKET, onFault } = this.#options;
    const { signal } = this.#stop;
    while (!this.#isStopped()) {
      try {
        const bucket = await RegistryBucket.open(connection, name);
        this.#bucket = bucket;
        const heads = await bucket.kv.watch({ key: HEAD_KEY });
        const stop = (): void => { heads.stop(); };
        let silence = this.#silence(stop);
        signal.addEventListener("abort", stop, { once: true });
        // Servers that lost their memory may lose the watch without a word.
        const forget = ConnectionWatch.of(connection).onBack(stop);
        // What a watch begins with was written at any time. It is a sign of life only to those who hear it come.
        let begun = false;
        try {
          if (this.#isStopped()) stop();
          for await (const entry of heads) {
            clearTimeout(silence);
            silence = this.#silence(stop);
            if (entry.operation === "PUT") this.#take({ text: entry.string(), saidAt: begun ? this.#options.now() : undefined });
            begun = true;
          }
        } finally {
          clearTimeout(silence);
          forget();
          signal.removeEventListener("abort", stop);
        }
      } catch (fault) {
        if (!this.#isStopped()) onFault?.(fault);
      }
      await pause(RETRY_MS, signal);
    }
  }

  /** A watch that says nothing for long may be broken: it is opened anew. */
  #silence(stop: () => void): NodeJS.Timeout {
    return setTimeout(stop, Math.max(LEAST_SILENCE_MS, SILENT_BEATS * (this.#head?.beatMs ?? 0))).unref();
  }

  #take(head: HeardHead): void {
    this.#latest = head;
    this.#wake();
  }

  async #applyHeads(): Promise<void> {
    while (!this.#isStopped()) {
      const heard = this.#latest;
      if (heard === undefined) {
        await new Promise<void>((resolve) => { this.#wake = resolve; });
        continue;
      }
      this.#latest = undefined;
      try {
        await this.#apply(parseHead(heard.text));
        this.#confirm(heard.saidAt);
      } catch (fault) {
        if (this.#isStopped()) return;
        this.#options.onFault?.(fault);
        // What nobody could take is not tried again, but for what may come to be.
        if (isCaioError(fault, "IntegrityViolation")) continue;
        await pause(RETRY_MS, this.#stop.signal);
        this.#latest ??= heard;
      }
    }
  }

  async #apply(head: RegistryHead): Promise<void> {
    const { registry, source, mostServices = 100_000 } = this.#options;
    if (source !== undefined && head.source !== source) throw otherSource(head.source, source);
    const same = this.#head?.source === head.source && this.#head.epoch === head.epoch && String(this.#head.shards) === String(head.shards);
    const asShown = registry.snapshot().trieRoot === head.trie || this.#refused.size > 0;
    if (!same || !asShown || this.#spoilt.size > 0) {
      if (head.services > mostServices) throw tooMany(head.services, mostServices);
      const wanted = await this.#wanted(head);
      await registry.apply(await this.#editsTo(wanted));
    }
    this.#head = head;
    this.#ready?.();
  }

  #confirm(saidAt: number | undefined): void {
    if (saidAt === undefined) return;
    const { now, onConfirmed } = this.#options;
    this.#confirmedAt = saidAt;
    onConfirmed?.(Math.max(0, now() - saidAt));
  }

  async #wanted(head: RegistryHead): Promise<Map<string, ShardEntry>> {
    const shards = new Map<string, readonly ShardEntry[]>();
    await inParallel(head.shards, READS_AT_ONCE, async (digest) => {
      shards.set(digest, this.#shards.get(digest) ?? parseShard(await this.#shardText(digest)));
    });
    this.#shards = shards;
    const wanted = new Map<string, ShardEntry>();
    for (const entry of [...shards.values()].flat()) {
      if (!idPattern.test(entry.id) || wanted.has(entry.id)) throw badList(entry.id.slice(0, 63));
      wanted.set(entry.id, entry);
    }
    if (wanted.size !== head.services) throw badList(`${String(wanted.size)} services, where the head says ${String(head.services)}`);
    return wanted;
  }

  /** The edits that make the registry what is wanted, but for services that are refused. */
  async #editsTo(wanted: ReadonlyMap<string, ShardEntry>): Promise<RegistryEdit[]> {
    const snapshot = this.#options.registry.snapshot();
    const refused = new Map<string, RefusedService>();
    const found = new Map<string, Registration>();
    const changed = [...wanted.values()].filter(({ id, digest }) => {
      const own = snapshot.service(id);
      return own === undefined || serviceDigest(own) !== digest;
    });
    await inParallel(changed, READS_AT_ONCE, async (entry) => {
      const answer = await this.#registration(entry);
      if ("reason" in answer) refused.set(entry.digest, answer);
      else found.set(entry.id, answer);
    });
    const edits: RegistryEdit[] = [];
    for (const { contract } of snapshot.services) {
      const entry = wanted.get(contract.serviceId);
      if (entry === undefined || refused.has(entry.digest)) edits.push({ kind: "deregister", serviceId: contract.serviceId });
    }
    for (const { id, digest, draining } of wanted.values()) {
      if (refused.has(digest)) continue;
      const own = snapshot.service(id);
      const registration = found.get(id);
      if (registration !== undefined) edits.push({ kind: own === undefined ? "register" : "replace", ...registration });
      if (draining !== (own?.draining ?? false)) edits.push({ kind: draining ? "drain" : "undrain", serviceId: id });
    }
    this.#refused = refused;
    for (const digest of this.#spoilt) if (!refused.has(digest)) this.#spoilt.delete(digest);
    return edits;
  }

  /** The service that a line of the list names, or why it is not taken. @throws if its text cannot be had now */
  async #registration({ id, digest }: ShardEntry): Promise<Registration | RefusedService> {
    const known = this.#refused.get(digest);
    if (known !== undefined && !this.#spoilt.has(digest)) return known;
    const text = await this.#text(serviceKey(id, digest), TEXT_BYTES);
    try {
      const registration = parseServiceText(text, { id, digest });
      this.#spoilt.delete(digest);
      const reason = this.#options.check?.(registration);
      if (reason === undefined) return registration;
      throw new CaioError("InvalidContract", `Service ${id}: ${reason}`, { details: { service: id } });
    } catch (fault) {
      if (isCaioError(fault, "IntegrityViolation")) this.#spoilt.add(digest);
      this.#options.onFault?.(fault);
      return { serviceId: id, reason: isCaioError(fault) ? fault.message : "its text cannot be read" };
    }
  }

  async #shardText(digest: string): Promise<string> {
    const text = await this.#text(shardKey(digest), SHARD_BYTES);
    if (sha256Hex(text) !== digest) throw badList(`another text under ${shardKey(digest)}`);
    return text;
  }

  /** @throws CaioError `ServiceUnavailable` if it is not there */
  async #text(key: string, mostBytes: number): Promise<string> {
    const value = await this.#bucket?.get(key, mostBytes);
    if (value !== undefined) return value.text;
    throw new CaioError("ServiceUnavailable", `The registry's bucket holds nothing under ${key}, or more than is allowed. Its publisher writes it again when it starts.`, { details: { key } });
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }
}

function otherSource(found: string, expected: string): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `The registry's bucket shows the registry of ${found}, expected that of ${expected}. See who writes there.`, { details: { found, expected } });
}

function tooMany(found: number, most: number): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `The registry's bucket lists ${String(found)} services, expected at most ${String(most)}.`, { details: { found, most } });
}

function badList(found: string): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `The registry's bucket holds a list that no publisher wrote: ${found}. See who writes there.`, { details: { found } });
}

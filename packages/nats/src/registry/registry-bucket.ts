import { CaioError } from "@caio/core";
import type { JetStreamManager } from "@nats-io/jetstream";
import { Kvm, type KV } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";

import { isNoStream, managerOf } from "../log/log-stream.ts";

/** The bucket of the registry, unless another one is named. */
export const REGISTRY_BUCKET = "CAIO_REGISTRY";
export const HEAD_KEY = "head";
/** The error that a key has another revision than was said. */
export const WRONG_REVISION = 10_071;

/** The key of a service's text. Texts are never changed, only left behind: the key holds the digest. */
export function serviceKey(serviceId: string, digest: string): string {
  return `service.${serviceId}.${digest}`;
}

/** The key of one part of the list of services. */
export function shardKey(digest: string): string {
  return `shard.${digest}`;
}

/** A value of a key, and the revision that put it there. */
export interface KeyValue {
  readonly text: string;
  readonly revision: number;
}

/** The bucket, read at its leader: a copy that lags would not know what was just written. */
export class RegistryBucket {
  readonly kv: KV;
  readonly #name: string;
  readonly #manager: JetStreamManager;
  /** When the bucket was made: another one under the same name has another time. */
  readonly made: string;

  private constructor(kv: KV, name: string, manager: JetStreamManager, made: string) {
    this.kv = kv;
    this.made = made;
    this.#name = name;
    this.#manager = manager;
  }

  /** Makes the bucket if it is not there. */
  static async create(connection: NatsConnection, name: string, replicas: number): Promise<RegistryBucket> {
    const kv = await new Kvm(connection).create(name, { history: 1, replicas, allow_direct: false, description: "A copy of a CAIO registry, never the record." });
    const manager = await managerOf(connection);
    return new RegistryBucket(kv, name, manager, (await manager.streams.info(`KV_${name}`)).created);
  }

  /** @throws CaioError `ServiceUnavailable` if there is none yet */
  static async open(connection: NatsConnection, name: string): Promise<RegistryBucket> {
    const manager = await managerOf(connection);
    const { created } = await manager.streams.info(`KV_${name}`).catch((error: unknown) => {
      throw isNoStream(error) ? noBucket(name, error) : error;
    });
    return new RegistryBucket(await new Kvm(connection).open(name), name, manager, created);
  }

  /** @param mostBytes - a longer value is given as if it were not there */
  async get(key: string, mostBytes: number): Promise<KeyValue | undefined> {
    const message = await this.#manager.streams.getMessage(`KV_${this.#name}`, { last_by_subj: this.#subject(key) });
    if (message?.header.get("KV-Operation") !== "" || message.data.length > mostBytes) return undefined;
    return { text: message.string(), revision: message.seq };
  }

  /** @returns the revision. @throws if the key has another revision than `revision`; 0: it must not be there */
  async putAt(key: string, text: string, revision: number): Promise<number> {
    return await (revision === 0 ? this.kv.create(key, text) : this.kv.update(key, text, revision));
  }

  /** Takes out what a key was up to a revision, without leaving a trace; what is newer stays. */
  async forget(key: string, revision: number): Promise<void> {
    await this.#manager.streams.purge(`KV_${this.#name}`, { filter: this.#subject(key), seq: revision + 1 });
  }

  #subject(key: string): string {
    return `$KV.${this.#name}.${key}`;
  }
}

function noBucket(bucket: string, cause: unknown): CaioError<"ServiceUnavailable"> {
  return new CaioError("ServiceUnavailable", `There is no bucket ${bucket} yet. The first publisher makes it.`, { details: { bucket }, cause });
}

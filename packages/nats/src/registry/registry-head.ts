import { canonicalJson, CaioError, isDigest, type JsonObject, type JsonValue } from "@caio/core";

/** What the bucket's `head` says: all that a follower needs to find the rest, and to know that it has it. */
export interface RegistryHead {
  /** Whose registry it is: a name that stays over restarts. */
  readonly source: string;
  /** The run that wrote it: a name that nobody else has. */
  readonly writer: string;
  /** Of the source's registry. */
  readonly epoch: number;
  readonly services: number;
  /** `RegistrySnapshot.trieRoot` of the source: a follower with the same root has the same services. */
  readonly trie: string;
  /** Digests of the parts of the list of services. */
  readonly shards: readonly string[];
  /** Counts what this writer wrote: a sign of life. */
  readonly beat: number;
  /** Milliseconds between two beats. */
  readonly beatMs: number;
}

/** One service in the list. */
export interface ShardEntry {
  readonly id: string;
  /** Of the service's text. */
  readonly digest: string;
  readonly draining: boolean;
}

const MOST_SHARDS = 4096;

export function headText(head: RegistryHead): string {
  const { source, writer, epoch, services, trie, shards, beat, beatMs } = head;
  return canonicalJson({ caio_registry: 1, source, writer, epoch, services, trie, shards: [...shards], beat, beat_ms: beatMs });
}

/** @throws CaioError `IntegrityViolation` for what is no head */
export function parseHead(text: string): RegistryHead {
  const value = objectOf(text, "head");
  const { caio_registry: form, source, writer, epoch, services, trie, shards, beat, beat_ms: beatMs } = value;
  const named = typeof source === "string" && typeof writer === "string" && isDigest(trie);
  if (form !== 1 || !named || !isCount(epoch) || !isCount(services) || !isCount(beat) || !isCount(beatMs)) throw notOurs("head");
  if (!isList(shards) || shards.length > MOST_SHARDS || !shards.every(isDigest)) throw notOurs("head");
  return { source, writer, epoch, services, trie, shards, beat, beatMs };
}

export function shardText(entries: readonly ShardEntry[]): string {
  return canonicalJson({ services: entries.map(({ id, digest, draining }) => ({ id, digest, draining })) });
}

/** @throws CaioError `IntegrityViolation` for what is no part of a list of services */
export function parseShard(text: string): readonly ShardEntry[] {
  const { services } = objectOf(text, "shard");
  if (!isList(services)) throw notOurs("shard");
  return services.map((entry): ShardEntry => {
    if (!isObject(entry)) throw notOurs("shard");
    const { id, digest, draining } = entry;
    if (typeof id !== "string" || !isDigest(digest) || typeof draining !== "boolean") throw notOurs("shard");
    return { id, digest, draining };
  });
}

function objectOf(text: string, key: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value as JsonValue)) return value as JsonObject;
  } catch {
    // Said below.
  }
  throw notOurs(key);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function notOurs(key: string): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `The registry's bucket holds no ${key} that a publisher wrote. Somebody else writes there: see who may.`, { details: { key } });
}

import { sha256Hex } from "@caio/core";
import type { RegistrySnapshot } from "@caio/registry";

import { shardText, type ShardEntry } from "./registry-head.ts";
import { serviceDigest } from "./service-text.ts";

/** Services in one part of the list, about: what one change makes to be written again. */
const SHARD_SIZE = 256;

/** The list of services in parts. A service stays in its part as long as the number of parts is the same. */
export interface RegistryList {
  readonly shards: readonly { readonly digest: string; readonly text: string }[];
  /** Digest of each service's text. */
  readonly services: ReadonlyMap<string, string>;
}

export function listOf(snapshot: RegistrySnapshot): RegistryList {
  const count = 2 ** Math.max(0, Math.ceil(Math.log2(snapshot.size / SHARD_SIZE)));
  const parts = Array.from({ length: count }, (): ShardEntry[] => []);
  const services = new Map<string, string>();
  for (const entry of snapshot.services) {
    const id = entry.contract.serviceId;
    const digest = serviceDigest(entry);
    services.set(id, digest);
    parts[shardOf(id, count)]?.push({ id, digest, draining: entry.draining });
  }
  const texts = parts.map(shardText);
  return { shards: texts.map((text) => ({ text, digest: sha256Hex(text) })), services };
}

function shardOf(id: string, count: number): number {
  return Number.parseInt(sha256Hex(id).slice(0, 8), 16) % count;
}

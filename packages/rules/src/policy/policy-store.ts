import type { Digest } from "@caio/core";

import type { PolicySet } from "../policy-set.ts";

/** One version of a policy set. The same content stored twice in a row is one version. */
export interface StoredPolicy {
  readonly policy: PolicySet;
  /** 1, 2, … per policy id. */
  readonly version: number;
  readonly digest: Digest;
}

/** Where policy sets are kept. Versions never change and are never removed. */
export interface PolicyStore {
  /** Keeps a new version, or gives the latest one if it has the same content. */
  put(policy: PolicySet): Promise<StoredPolicy>;
  /** The latest version, or the one asked for. Undefined if there is none. */
  get(id: string, version?: number): Promise<StoredPolicy | undefined>;
  /** The version with this digest; the first if a policy came back to an earlier content. */
  findByDigest(digest: Digest): Promise<StoredPolicy | undefined>;
  /** The latest version of every policy, by id. */
  list(): Promise<readonly StoredPolicy[]>;
  /** All versions of one policy, oldest first; empty if the id is unknown. */
  versions(id: string): Promise<readonly StoredPolicy[]>;
}

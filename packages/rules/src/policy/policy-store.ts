import type { Digest } from "@caio/core";

import type { PolicySet } from "../policy-set.ts";
import type { ExpectedPolicy } from "./expected-policy.ts";

/** One version of a policy set. The same content stored twice in a row is one version. */
export interface StoredPolicy {
  readonly policy: PolicySet;
  /** 1, 2, … per policy id. */
  readonly version: number;
  readonly digest: Digest;
}

/** Who changed a policy, when and why: what an audit asks for. */
export interface PolicyChange {
  /** A key id or a subject; never a key. */
  readonly actor: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  readonly reason?: string;
}

/** One change as the audit shows it; actor and time are null where none was said. */
export interface PolicyEvent {
  /** 1, 2, … over all policies. */
  readonly sequence: number;
  /** `put`: this version came and is active. `activate`: an earlier one became active again. */
  readonly kind: "put" | "activate";
  readonly id: string;
  readonly version: number;
  readonly digest: Digest;
  readonly actor: string | null;
  readonly at: number | null;
  readonly reason: string | null;
}

/** Where policy sets are kept. Versions never change and are never removed; one of each policy is active. */
export interface PolicyStore {
  /**
   * Keeps a new version, or gives the latest one if it has the same content. It is active from then on.
   *
   * @param expected - what must be active until then, whoever else writes to the store: of two changes of one version the second is refused
   * @throws CaioError `PreconditionFailed` (`requireExpected`)
   */
  put(policy: PolicySet, change?: PolicyChange, expected?: ExpectedPolicy): Promise<StoredPolicy>;
  /** `put` of each, in order. All of them are kept or none, and nobody who reads sees some without the others. */
  putAll(policies: readonly PolicySet[], change?: PolicyChange): Promise<readonly StoredPolicy[]>;
  /**
   * Makes a kept version the active one: a rollback.
   *
   * @param expected - as of `put`
   * @throws CaioError `UnknownPolicy`, `PreconditionFailed`
   */
  activate(id: string, version: number, change?: PolicyChange, expected?: ExpectedPolicy): Promise<StoredPolicy>;
  /** The version that decisions use: the one put or activated last. Undefined if there is none. */
  active(id: string): Promise<StoredPolicy | undefined>;
  /** Every change, oldest first, of one policy or of all. What changed nothing is not in it. */
  audit(id?: string): Promise<readonly PolicyEvent[]>;
  /** The latest version, or the one asked for. Undefined if there is none. */
  get(id: string, version?: number): Promise<StoredPolicy | undefined>;
  /** The version with this digest; the first if a policy came back to an earlier content. */
  findByDigest(digest: Digest): Promise<StoredPolicy | undefined>;
  /** The latest version of every policy, by id. */
  list(): Promise<readonly StoredPolicy[]>;
  /** All versions of one policy, oldest first; empty if the id is unknown. */
  versions(id: string): Promise<readonly StoredPolicy[]>;
}

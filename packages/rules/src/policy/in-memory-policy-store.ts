import type { Digest } from "@caio/core";

import type { PolicySet } from "../policy-set.ts";
import type { PolicyStore, StoredPolicy } from "./policy-store.ts";
import { policyDigest } from "./policy-wire.ts";

/** A `PolicyStore` that lives as long as the process. */
export class InMemoryPolicyStore implements PolicyStore {
  private readonly byId = new Map<string, readonly StoredPolicy[]>();
  private readonly byDigest = new Map<Digest, StoredPolicy>();

  put(policy: PolicySet): Promise<StoredPolicy> {
    const versions = this.byId.get(policy.id) ?? [];
    const digest = policyDigest(policy);
    const latest = versions.at(-1);
    if (latest?.digest === digest) return Promise.resolve(latest);
    const stored = { policy, version: versions.length + 1, digest };
    this.byId.set(policy.id, [...versions, stored]);
    if (!this.byDigest.has(digest)) this.byDigest.set(digest, stored);
    return Promise.resolve(stored);
  }

  get(id: string, version?: number): Promise<StoredPolicy | undefined> {
    const versions = this.byId.get(id) ?? [];
    return Promise.resolve(version === undefined ? versions.at(-1) : versions[version - 1]);
  }

  findByDigest(digest: Digest): Promise<StoredPolicy | undefined> {
    return Promise.resolve(this.byDigest.get(digest));
  }

  list(): Promise<readonly StoredPolicy[]> {
    const ids = [...this.byId.keys()].sort();
    return Promise.resolve(ids.flatMap((id) => this.byId.get(id)?.at(-1) ?? []));
  }

  versions(id: string): Promise<readonly StoredPolicy[]> {
    return Promise.resolve(this.byId.get(id) ?? []);
  }
}

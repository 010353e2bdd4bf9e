import { CaioError, type Digest } from "@caio/core";

import type { PolicySet } from "../policy-set.ts";
import { requireExpected, type ExpectedPolicy } from "./expected-policy.ts";
import type { PolicyChange, PolicyEvent, PolicyStore, StoredPolicy } from "./policy-store.ts";
import { policyDigest } from "./policy-wire.ts";

/** A `PolicyStore` that lives as long as the process. */
export class InMemoryPolicyStore implements PolicyStore {
  private readonly byId = new Map<string, readonly StoredPolicy[]>();
  private readonly byDigest = new Map<Digest, StoredPolicy>();
  private readonly activeById = new Map<string, StoredPolicy>();
  private readonly events: PolicyEvent[] = [];

  async put(policy: PolicySet, change?: PolicyChange, expected?: ExpectedPolicy): Promise<StoredPolicy> {
    this.require(expected, policy.id);
    return await Promise.resolve(this.keep(policy, change));
  }

  putAll(policies: readonly PolicySet[], change?: PolicyChange): Promise<readonly StoredPolicy[]> {
    // What has no digest is refused before anything is kept.
    for (const policy of policies) policyDigest(policy);
    return Promise.resolve(policies.map((policy) => this.keep(policy, change)));
  }

  private keep(policy: PolicySet, change: PolicyChange | undefined): StoredPolicy {
    const versions = this.byId.get(policy.id) ?? [];
    const digest = policyDigest(policy);
    const latest = versions.at(-1);
    if (latest?.digest === digest) return this.makeActive("put", latest, change);
    const stored = { policy, version: versions.length + 1, digest };
    this.byId.set(policy.id, [...versions, stored]);
    if (!this.byDigest.has(digest)) this.byDigest.set(digest, stored);
    return this.makeActive("put", stored, change);
  }

  async activate(id: string, version: number, change?: PolicyChange, expected?: ExpectedPolicy): Promise<StoredPolicy> {
    const stored = this.byId.get(id)?.[version - 1];
    if (stored === undefined) {
      const message = `No version ${String(version)} of policy "${id}". List its versions.`;
      throw new CaioError("UnknownPolicy", message, { details: { policy: id, version } });
    }
    this.require(expected, id);
    return await Promise.resolve(this.makeActive("activate", stored, change));
  }

  active(id: string): Promise<StoredPolicy | undefined> {
    return Promise.resolve(this.activeById.get(id));
  }

  audit(id?: string): Promise<readonly PolicyEvent[]> {
    return Promise.resolve(this.events.filter((event) => id === undefined || event.id === id));
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

  private require(expected: ExpectedPolicy | undefined, id: string): void {
    requireExpected(expected, { id, active: this.activeById.get(id), lastEvent: this.events.findLast((event) => event.id === id) });
  }

  private makeActive(kind: PolicyEvent["kind"], stored: StoredPolicy, change: PolicyChange | undefined): StoredPolicy {
    const { policy, version, digest } = stored;
    if (this.activeById.get(policy.id) === stored) return stored;
    this.activeById.set(policy.id, stored);
    const { actor = null, at = null, reason = null } = change ?? {};
    this.events.push({ sequence: this.events.length + 1, kind, id: policy.id, version, digest, actor, at, reason });
    return stored;
  }
}

import { bitsOf, CaioError, RadixTrie, type BitString, type Digest } from "@caio/core";

import { editedService, type RegistryEdit } from "./registry-edit.ts";
import { RegistryView } from "./registry-view.ts";
import { entryBytes, serviceEntry, withDraining, type ServiceEntry } from "./service-entry.ts";
import { ServiceIndex } from "./service-index.ts";

const SEPARATOR = "\u0000";

/** Per tenant that some contract names, the entries that name it; keys are tenant ‖ 0x00 ‖ service ‖ 0x00. */
type EntriesByTenant = RadixTrie<ServiceEntry>;

/** What one edit did. */
export interface EntryChange {
  readonly kind: RegistryEdit["kind"];
  readonly serviceId: string;
  readonly before: ServiceEntry | undefined;
  readonly after: ServiceEntry | undefined;
}

/** The next snapshot and what led to it. */
export interface RegistryChange {
  readonly snapshot: RegistrySnapshot;
  readonly entries: readonly EntryChange[];
}

interface Parts {
  readonly all: ServiceIndex;
  readonly common: ServiceIndex;
  readonly byTenant: EntriesByTenant;
  readonly built: ReadonlyMap<string, ServiceIndex>;
}

/**
 * The registry at one epoch. Immutable: `apply` gives the next one, and whoever holds this one keeps seeing it as it was.
 *
 * Views of tenants that no contract names share one index. The index of a tenant that some contract names is built on
 * first use, and from then on edited along with every later snapshot in O(depth).
 *
 * @example
 * ```ts
 * import { RegistrySnapshot, type Registration } from "@caio/registry";
 *
 * declare const registration: Registration;
 * const snapshot = RegistrySnapshot.empty.apply([{ kind: "register", ...registration }]);
 * snapshot.view("acme").root; // 64 hex digits
 * ```
 */
export class RegistrySnapshot {
  /** Epoch 0: no services. */
  static readonly empty = new RegistrySnapshot(0, {
    all: ServiceIndex.empty,
    common: ServiceIndex.empty,
    byTenant: RadixTrie.empty(entryBytes),
    built: new Map(),
  });

  /** Counts the batches that made this snapshot. */
  readonly epoch: number;
  readonly #parts: Parts;
  /** Indexes of named tenants: those that came with the snapshot, and those built since. */
  readonly #built: Map<string, ServiceIndex>;

  private constructor(epoch: number, parts: Parts) {
    this.epoch = epoch;
    this.#parts = parts;
    this.#built = new Map(parts.built);
  }

  /**
   * A snapshot of an earlier time again: what the edits make of nothing, under the epoch that it had then. Views of it have the
   * roots that they had.
   *
   * @throws CaioError `NumberOutOfRange` if the epoch is no count, and what the edits throw.
   */
  static restore(epoch: number, edits: readonly RegistryEdit[]): RegistrySnapshot {
    if (!Number.isSafeInteger(epoch) || epoch < 0) {
      throw new CaioError("NumberOutOfRange", `Found epoch ${String(epoch)}, expected a count.`, { details: { expected: "a count" } });
    }
    return new RegistrySnapshot(epoch, RegistrySnapshot.empty.apply(edits).#parts);
  }

  /** All services of all tenants, sorted by id: for the operator, never for a decision. The first call costs O(size). */
  get services(): readonly ServiceEntry[] {
    return this.#parts.all.services;
  }

  /** The number of services of all tenants. */
  get size(): number {
    return this.#parts.all.size;
  }

  /** Root of the capability trie over all services of all tenants: two registries with the same one hold the same. Never for a decision. */
  get trieRoot(): Digest {
    return this.#parts.all.trieRoot;
  }

  /** The entry of a service, whatever its tenants: for the operator, never for a decision. */
  service(id: string): ServiceEntry | undefined {
    return this.#parts.all.service(id);
  }

  /** What a decision for the tenant sees. */
  view(tenant: string): RegistryView {
    return new RegistryView(tenant, this.epoch, this.#index(tenant));
  }

  /**
   * The snapshot after the edits, one epoch later; itself if there are none. All or nothing.
   *
   * @throws CaioError `DuplicateService`, `UnknownService`, `InvalidContract`
   */
  apply(edits: readonly RegistryEdit[]): RegistrySnapshot {
    return this.change(edits).snapshot;
  }

  /** Like `apply`, with what each edit did, in order. */
  change(edits: readonly RegistryEdit[]): RegistryChange {
    if (edits.length === 0) return { snapshot: this, entries: [] };
    let parts: Parts = { ...this.#parts, built: this.#built };
    const entries = edits.map((edit): EntryChange => {
      const serviceId = editedService(edit);
      const before = parts.all.service(serviceId);
      const after = entryAfter(edit, before);
      parts = withEntry(parts, serviceId, before, after);
      return { kind: edit.kind, serviceId, before, after };
    });
    return { snapshot: new RegistrySnapshot(this.epoch + 1, parts), entries };
  }

  #index(tenant: string): ServiceIndex {
    const known = this.#built.get(tenant);
    if (known !== undefined) return known;
    const { byTenant, common } = this.#parts;
    const prefix = tenantPrefix(tenant);
    // A tenant with the separator in its name would read as another tenant's beginning.
    if (tenant.includes(SEPARATOR) || byTenant.count(prefix) === 0) return common;
    let index = common;
    for (const { value } of byTenant.entries(prefix)) index = index.with(value);
    this.#built.set(tenant, index);
    return index;
  }
}

/** The entry that an edit leaves behind, undefined if it takes the service away. */
function entryAfter(edit: RegistryEdit, before: ServiceEntry | undefined): ServiceEntry | undefined {
  const service = editedService(edit);
  const details = { service };
  if (edit.kind === "register") {
    if (before === undefined) return serviceEntry(edit);
    throw new CaioError("DuplicateService", `Service "${service}" is registered already. Use replace.`, { details });
  }
  if (before === undefined) {
    throw new CaioError("UnknownService", `No service "${service}" to ${edit.kind}. Register it first.`, { details });
  }
  if (edit.kind === "deregister") return undefined;
  return edit.kind === "replace" ? serviceEntry(edit, before.draining) : withDraining(before, edit.kind === "drain");
}

function withEntry(parts: Parts, id: string, before: ServiceEntry | undefined, after: ServiceEntry | undefined): Parts {
  const oldTenants = before?.contract.access.tenants;
  const newTenants = after?.contract.access.tenants;
  const put = (index: ServiceIndex, holds: boolean): ServiceIndex =>
    holds && after !== undefined ? index.with(after) : index.without(id);
  let byTenant = parts.byTenant;
  for (const tenant of oldTenants ?? []) byTenant = byTenant.delete(tenantKey(tenant, id));
  if (after !== undefined) for (const tenant of newTenants ?? []) byTenant = byTenant.insert(tenantKey(tenant, id), after);
  const everyone = newTenants?.length === 0;
  const built = new Map<string, ServiceIndex>();
  for (const [tenant, index] of parts.built) {
    // A tenant that is named no more shares the common index again.
    if (byTenant.count(tenantPrefix(tenant)) === 0) continue;
    built.set(tenant, put(index, everyone || newTenants?.includes(tenant) === true));
  }
  return { all: put(parts.all, true), common: put(parts.common, everyone), byTenant, built };
}

function tenantPrefix(tenant: string): BitString {
  return bitsOf(Buffer.from(`${tenant}${SEPARATOR}`));
}

function tenantKey(tenant: string, serviceId: string): Uint8Array {
  return Buffer.from(`${tenant}${SEPARATOR}${serviceId}${SEPARATOR}`);
}

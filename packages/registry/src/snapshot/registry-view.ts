import type { Requirements } from "@caio/contracts";
import { canonicalJson, sha256Hex, type Digest } from "@caio/core";

import { serviceEntry, type Registration, type ServiceEntry } from "./service-entry.ts";
import type { AlternativeProof, Domain, ServiceIndex } from "./service-index.ts";

const VIEW = Uint8Array.of(0x03);

/**
 * R: what a decision for one tenant sees of the registry at one epoch (calculus §0). It holds the services whose contract
 * names no tenant or names this one, and never changes.
 */
export class RegistryView {
  readonly tenant: string;
  readonly epoch: number;
  readonly #index: ServiceIndex;
  #root: Digest | undefined;

  constructor(tenant: string, epoch: number, index: ServiceIndex) {
    this.tenant = tenant;
    this.epoch = epoch;
    this.#index = index;
  }

  /** The number of services in the view (not of keys in its trie). */
  get size(): number {
    return this.#index.size;
  }

  /** Root of the capability trie (certificate, Tries). */
  get trieRoot(): Digest {
    return this.#index.trieRoot;
  }

  /** Hex of SHA-256(0x03 ‖ canonical JSON of {tenant, epoch, size, trie}). */
  get root(): Digest {
    const { tenant, epoch, size } = this;
    this.#root ??= sha256Hex(VIEW, canonicalJson({ tenant, epoch, size, trie: this.trieRoot }));
    return this.#root;
  }

  /** Nodes of the trie that the next `root` would hash. */
  get unhashed(): number {
    return this.#index.unhashed;
  }

  /** All services sorted by id by UTF-16 code units. The first call costs O(size). */
  get services(): readonly ServiceEntry[] {
    return this.#index.services;
  }

  service(id: string): ServiceEntry | undefined {
    return this.#index.service(id);
  }

  /** Services that offer `type` or a type that continues it after a dot, sorted by id. Draining ones included. */
  offering(type: string): readonly ServiceEntry[] {
    return this.#index.offering(type);
  }

  /**
   * The services that a decision must look at, and the group of required capabilities that is revealed (calculus §1). Of
   * parameters nothing is asked here: they are a clause of matching.
   */
  domain(requirements: Pick<Requirements, "capabilities">): Domain {
    return this.#index.domain(requirements.capabilities);
  }

  /**
   * Proof against `trieRoot` that `domain` leaves nothing out: one prefix proof for each distinct alternative type of the
   * revealed group in its order, or one of the whole trie.
   */
  proveDomain(requirements: Pick<Requirements, "capabilities">): readonly AlternativeProof[] {
    return this.#index.proveDomain(requirements.capabilities);
  }

  /**
   * The view as it would be with other contracts and without some services, for a look at what a change would do: nothing of it is in any
   * registry, and its epoch stays. A service that is replaced stays draining; one whose contract this tenant may not see is not in it.
   *
   * @param without - ids; those that are not there are passed over
   * @throws CaioError `InvalidContract`
   */
  drafted(registrations: readonly Registration[], without: readonly string[] = []): RegistryView {
    let index = this.#index;
    for (const registration of registrations) {
      const { serviceId, access } = registration.contract;
      const entry = serviceEntry(registration, index.service(serviceId)?.draining);
      const isSeen = access.tenants.length === 0 || access.tenants.includes(this.tenant);
      index = isSeen ? index.with(entry) : index.without(serviceId);
    }
    for (const id of without) index = index.without(id);
    return new RegistryView(this.tenant, this.epoch, index);
  }
}

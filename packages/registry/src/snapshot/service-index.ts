import type { CapabilityGroup } from "@caio/contracts";
import { provePrefix, RadixTrie, rememberedJson, toHex, type Digest, type PrefixProof } from "@caio/core";

import { capabilityKey, capabilityPrefix } from "./capability-key.ts";
import { effectiveTypes } from "./effective-types.ts";
import { entryBytes, type ServiceEntry } from "./service-entry.ts";

const MAX_KEPT = 256;
/** A longer list of services is made anew. */
const MAX_KEPT_SERVICES = 4096;
const EVERYTHING = { bytes: new Uint8Array(), length: 0 };

/** The services that a decision must look at (calculus §1, Domain). */
export interface Domain {
  /** Index of the revealed group, null if no capability is required. */
  readonly revealed: number | null;
  /** Sorted by id, each once. Every pair of each of them gets a verdict. */
  readonly services: readonly ServiceEntry[];
}

/** Proof of which services offer one alternative of the revealed group, none left out. */
export interface AlternativeProof {
  /** The capability type, null for the whole trie. */
  readonly type: string | null;
  readonly proof: PrefixProof;
}

/**
 * A set of services with their capability trie. Immutable: an edit gives a new index that shares all but a few paths with
 * the old one, in O(depth) for each capability type of the service.
 */
export class ServiceIndex {
  static readonly empty = new ServiceIndex(RadixTrie.empty(entryBytes), RadixTrie.empty(entryBytes));

  /** By service id, for order and look-up. Its root is never computed. */
  readonly #byId: RadixTrie<ServiceEntry>;
  readonly #byCapability: RadixTrie<ServiceEntry>;
  #services: readonly ServiceEntry[] | undefined;
  /** What was asked of this index: requests ask for the same few, and an index never changes. */
  readonly #alternatives = new Map<string | null, AlternativeProof>();
  readonly #offering = new Map<string, readonly ServiceEntry[]>();
  readonly #counts = new Map<string, number>();

  private constructor(byId: RadixTrie<ServiceEntry>, byCapability: RadixTrie<ServiceEntry>) {
    this.#byId = byId;
    this.#byCapability = byCapability;
  }

  /** The number of services. */
  get size(): number {
    return this.#byId.size;
  }

  /** Root of the capability trie. */
  get trieRoot(): Digest {
    return toHex(this.#byCapability.root);
  }

  /** Nodes of the capability trie that the next `trieRoot` would hash. */
  get unhashed(): number {
    return this.#byCapability.unhashed;
  }

  /** All services sorted by id. Made on the first call, in O(size). */
  get services(): readonly ServiceEntry[] {
    this.#services ??= Object.freeze(Array.from(this.#byId.entries(), ({ value }) => value));
    return this.#services;
  }

  service(id: string): ServiceEntry | undefined {
    return this.#byId.get(idKey(id));
  }

  /** The index with the entry in place of the one of the same id, if there is one. */
  with(entry: ServiceEntry): ServiceIndex {
    const id = entry.contract.serviceId;
    const key = idKey(id);
    const previous = this.#byId.get(key);
    const byId = previous === undefined ? this.#byId.insert(key, entry) : this.#byId.replace(key, entry);
    const before = previous === undefined ? [] : effectiveTypes(previous.contract);
    const after = effectiveTypes(entry.contract);
    const dropped = before.filter((type) => !after.includes(type));
    let byCapability = dropped.reduce((trie, type) => trie.delete(capabilityKey(type, id)), this.#byCapability);
    for (const type of after) {
      const leaf = capabilityKey(type, id);
      byCapability = before.includes(type) ? byCapability.replace(leaf, entry) : byCapability.insert(leaf, entry);
    }
    return new ServiceIndex(byId, byCapability);
  }

  /** The index without the service; itself if it is not there. */
  without(id: string): ServiceIndex {
    const previous = this.service(id);
    if (previous === undefined) return this;
    const types = effectiveTypes(previous.contract);
    const byCapability = types.reduce((trie, type) => trie.delete(capabilityKey(type, id)), this.#byCapability);
    return new ServiceIndex(this.#byId.delete(idKey(id)), byCapability);
  }

  /** Services that offer `type` or a type that continues it after a dot; sorted by id, each once. */
  offering(type: string): readonly ServiceEntry[] {
    return this.#offeringAny([type]);
  }

  domain(groups: readonly CapabilityGroup[]): Domain {
    const revealed = this.#revealed(groups);
    return { revealed, services: revealed === null ? this.services : this.#offeringAny(typesOf(groups[revealed])) };
  }

  proveDomain(groups: readonly CapabilityGroup[]): readonly AlternativeProof[] {
    const revealed = this.#revealed(groups);
    return revealed === null ? [this.#proveAlternative(null)] : typesOf(groups[revealed]).map((type) => this.#proveAlternative(type));
  }

  #proveAlternative(type: string | null): AlternativeProof {
    const known = this.#alternatives.get(type);
    if (known !== undefined) return known;
    const made = { type, proof: provePrefix(this.#byCapability, type === null ? EVERYTHING : capabilityPrefix(type)) };
    rememberedJson(made);
    return keep(this.#alternatives, type, made);
  }

  /** The group of least size, the first one on a tie; null without groups. */
  #revealed(groups: readonly CapabilityGroup[]): number | null {
    let revealed: number | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const [index, group] of groups.entries()) {
      let size = 0;
      for (const type of typesOf(group)) size += this.#count(type);
      if (size >= least) continue;
      least = size;
      revealed = index;
    }
    return revealed;
  }

  #count(type: string): number {
    return this.#counts.get(type) ?? keep(this.#counts, type, this.#byCapability.count(capabilityPrefix(type)));
  }

  #offeringAny(types: readonly string[]): readonly ServiceEntry[] {
    const key = types.length === 1 ? `=${types[0] ?? ""}` : `*${JSON.stringify([...types].sort())}`;
    const known = this.#offering.get(key);
    if (known !== undefined) return known;
    const found = this.#find(types);
    return found.length > MAX_KEPT_SERVICES ? found : keep(this.#offering, key, found);
  }

  #find(types: readonly string[]): readonly ServiceEntry[] {
    const found = new Map<string, ServiceEntry>();
    for (const type of types) {
      for (const { value } of this.#byCapability.entries(capabilityPrefix(type))) found.set(value.contract.serviceId, value);
    }
    return Object.freeze([...found.values()].sort((a, b) => (a.contract.serviceId < b.contract.serviceId ? -1 : 1)));
  }
}

/** Callers name types: what they can make us keep is bounded. */
function keep<K, V>(kept: Map<K, V>, key: K, value: V): V {
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, value);
  return value;
}

/** The distinct alternative types of a group, in its order. */
function typesOf(group: CapabilityGroup | undefined): readonly string[] {
  const types = group?.anyOf.map(({ type }) => type) ?? [];
  return types.length < 2 ? types : [...new Set(types)];
}

/** Ids hold no zero byte, so with one at the end none begins with another, and keys sort as ids do. */
function idKey(id: string): Uint8Array {
  return Buffer.from(`${id}\u0000`);
}

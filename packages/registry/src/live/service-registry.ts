import { CaioError, type Digest } from "@caio/core";

import type { RegistryBatch, RegistryEdit } from "../snapshot/registry-edit.ts";
import { RegistrySnapshot, type EntryChange, type RegistryChange } from "../snapshot/registry-snapshot.ts";
import type { Registration } from "../snapshot/service-entry.ts";
import { EventLog } from "./event-log.ts";
import { epochTaken, isEpochTaken, type RegistryStore } from "./registry-store.ts";
import { RegistryWatch } from "./registry-watch.ts";

const RETAINED_EVENTS = 4096;
/** How often an edit is tried that others were faster than. Of all who try at once one wins, so that most end sooner. */
const MAX_TRIES = 32;

/** A contract that a service was under, and from which epoch on; `untilEpoch` is when it ended, absent while in force. */
export interface ServiceVersion {
  readonly version: string;
  readonly contractDigest: Digest;
  readonly sinceEpoch: number;
  readonly untilEpoch?: number;
}

export interface RegistryOptions {
  /** Events kept for `watch`, at least. */
  readonly retainedEvents?: number;
}

export interface WatchOptions {
  /** Events after this epoch, 0 for all. Absent: those from now on. */
  readonly since?: number;
  readonly signal?: AbortSignal;
}

/**
 * The services that can be chosen, as they change. Every edit is one epoch; one that fails leaves the registry as it was.
 * Edits happen one after another, each kept by the store, if there is one, before it can be seen. `snapshot` is the state
 * for decisions and never changes. Health is measured, so it is in the history and not here. Nothing here reads a clock.
 *
 * @example
 * ```ts
 * import { ServiceRegistry, type Registration } from "@caio/registry";
 *
 * declare const registration: Registration;
 * const registry = new ServiceRegistry();
 * await registry.register(registration);
 * await registry.drain(registration.contract.serviceId);
 * registry.snapshot().epoch; // 2
 * ```
 */
export class ServiceRegistry {
  #snapshot = RegistrySnapshot.empty;
  #store: RegistryStore | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #events: EventLog;
  readonly #versions = new Map<string, ServiceVersion[]>();

  /** A registry that lives in memory; `open` gives one that is kept. @throws CaioError `NumberOutOfRange` */
  constructor(options: RegistryOptions = {}) {
    const retained = options.retainedEvents ?? RETAINED_EVENTS;
    if (!Number.isSafeInteger(retained) || retained < 1) throw notCount("retainedEvents", retained, 1);
    this.#events = new EventLog(retained);
  }

  /** A registry with the edits that the store holds, whose own edits go to the store. */
  static async open(store: RegistryStore, options: RegistryOptions = {}): Promise<ServiceRegistry> {
    const registry = new ServiceRegistry(options);
    registry.#store = store;
    await registry.refresh();
    return registry;
  }

  /** The services at this moment. Costs nothing. */
  snapshot(): RegistrySnapshot {
    return this.#snapshot;
  }

  /** @throws CaioError `DuplicateService`, `InvalidContract` */
  register(registration: Registration): Promise<RegistrySnapshot> {
    return this.apply([{ kind: "register", ...registration }]);
  }

  /**
   * Hot swap: the contract of a registered service is another one from now on. Decisions under way keep their snapshot. The
   * drain flag stays.
   *
   * @throws CaioError `UnknownService`, `InvalidContract`
   */
  replace(registration: Registration): Promise<RegistrySnapshot> {
    return this.apply([{ kind: "replace", ...registration }]);
  }

  /** @throws CaioError `UnknownService` */
  deregister(serviceId: string): Promise<RegistrySnapshot> {
    return this.apply([{ kind: "deregister", serviceId }]);
  }

  /** No new decision chooses the service. @throws CaioError `UnknownService` */
  drain(serviceId: string): Promise<RegistrySnapshot> {
    return this.apply([{ kind: "drain", serviceId }]);
  }

  /** @throws CaioError `UnknownService` */
  undrain(serviceId: string): Promise<RegistrySnapshot> {
    return this.apply([{ kind: "undrain", serviceId }]);
  }

  /**
   * All of the edits as one epoch, or none of them. No edits: no epoch. Where others were faster to edit the same store, their edits are
   * taken over and these are made on top of them, as far as they still can be.
   *
   * @returns the snapshot that they led to
   * @throws CaioError `DuplicateService`, `UnknownService`, `InvalidContract`, `Overloaded` if others are always faster, and what the
   *   store throws.
   */
  apply(edits: readonly RegistryEdit[]): Promise<RegistrySnapshot> {
    const asked = structuredClone(edits);
    return this.#inTurn(async () => {
      for (let tries = 1; tries <= MAX_TRIES; tries++) {
        const change = this.#snapshot.change(asked);
        const { snapshot, entries } = change;
        if (entries.length === 0) return snapshot;
        // What is kept is what was checked and copied, whatever became of the edits meanwhile.
        if (await this.#kept({ epoch: snapshot.epoch, edits: entries.map(editOf) })) {
          this.#publish(change);
          return snapshot;
        }
        await this.#takeOver();
      }
      throw new CaioError("Overloaded", "Others edit the registry all the time, and were faster each time. Try again.", { details: { retry_after_s: 1 } });
    });
  }

  /**
   * Takes over what others have put into the store since.
   *
   * @throws CaioError `IntegrityViolation` if the store has a hole, and what an edit in it throws.
   */
  refresh(): Promise<RegistrySnapshot> {
    return this.#inTurn(() => this.#takeOver());
  }

  /** The contracts that a service has been under, oldest first. They outlive the service. */
  versions(serviceId: string): readonly ServiceVersion[] {
    return [...(this.#versions.get(serviceId) ?? [])];
  }

  /**
   * Edits as they take effect. A watcher that falls behind by more events than are kept gets a `gap` event and goes on
   * after it. Ends when the loop is left or the signal aborts.
   *
   * @throws CaioError `NumberOutOfRange` if `since` is no epoch.
   */
  watch(options: WatchOptions = {}): RegistryWatch {
    const since = options.since ?? this.#snapshot.epoch;
    if (!Number.isSafeInteger(since) || since < 0) throw notCount("since", since, 0);
    return new RegistryWatch(this.#events, since, options.signal);
  }

  async #takeOver(): Promise<RegistrySnapshot> {
    const batches = (await this.#store?.load(this.#snapshot.epoch)) ?? [];
    for (const { epoch, edits } of batches) {
      const change = this.#snapshot.change(edits);
      if (epoch !== change.snapshot.epoch) throw epochTaken(epoch, change.snapshot.epoch);
      this.#publish(change);
    }
    return this.#snapshot;
  }

  /** False if another writer of the store was faster. */
  async #kept(batch: RegistryBatch): Promise<boolean> {
    try {
      await this.#store?.append(batch);
      return true;
    } catch (error) {
      if (isEpochTaken(error)) return false;
      throw error;
    }
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(action);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #publish({ snapshot, entries }: RegistryChange): void {
    this.#snapshot = snapshot;
    for (const entry of entries) this.#recordVersion(entry, snapshot.epoch);
    const { epoch } = snapshot;
    this.#events.append(
      entries.map(({ kind, serviceId, before, after }) => {
        return { kind, epoch, serviceId, contractDigest: after?.contractDigest ?? before?.contractDigest ?? "" };
      }),
    );
  }

  #recordVersion({ serviceId, before, after }: EntryChange, epoch: number): void {
    if (before?.contractDigest === after?.contractDigest) return;
    const versions = this.#versions.get(serviceId) ?? [];
    const last = versions.at(-1);
    if (before !== undefined && last !== undefined) versions[versions.length - 1] = { ...last, untilEpoch: epoch };
    if (after !== undefined) {
      versions.push({ version: after.contract.version, contractDigest: after.contractDigest, sinceEpoch: epoch });
    }
    this.#versions.set(serviceId, versions);
  }
}

/** The edit again, from what it left behind. */
function editOf({ kind, serviceId, after }: EntryChange): RegistryEdit {
  if (kind !== "register" && kind !== "replace") return { kind, serviceId };
  if (after === undefined) throw new CaioError("UnknownService", `No service "${serviceId}" after ${kind}.`);
  const { contract, encoding, encoderId } = after;
  return { kind, contract, encoding, encoderId };
}

function notCount(name: string, found: number, least: number): CaioError<"NumberOutOfRange"> {
  return new CaioError("NumberOutOfRange", `Found ${name} ${String(found)}, expected an integer of at least ${String(least)}.`);
}

import { ServiceRegistry, type RegistrySnapshot, type RegistryStore, type RegistryView } from "@caio/registry";

/** Snapshots that are kept: receipts of one time are mostly fetched together. */
const MAX_KEPT = 4;

/** The registry as it was: made again from its edits when it is asked for. */
export class PastRegistries {
  readonly #registry: ServiceRegistry;
  readonly #store: RegistryStore;
  readonly #kept = new Map<number, Promise<RegistrySnapshot>>();

  constructor(registry: ServiceRegistry, store: RegistryStore) {
    this.#registry = registry;
    this.#store = store;
  }

  /** What a tenant saw at an epoch. */
  async view(epoch: number, tenant: string): Promise<RegistryView> {
    const now = this.#registry.snapshot();
    return (now.epoch === epoch ? now : await this.#at(epoch)).view(tenant);
  }

  #at(epoch: number): Promise<RegistrySnapshot> {
    const known = this.#kept.get(epoch);
    if (known !== undefined) return known;
    const made = this.#make(epoch);
    this.#kept.set(epoch, made);
    made.catch(() => this.#kept.delete(epoch));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return made;
  }

  async #make(epoch: number): Promise<RegistrySnapshot> {
    const batches = (await this.#store.load(0)).filter((batch) => batch.epoch <= epoch);
    const upTo: RegistryStore = {
      load: (after) => Promise.resolve(batches.filter((batch) => batch.epoch > after)),
      append: () => Promise.reject(new Error("The past has no edits.")),
    };
    return (await ServiceRegistry.open(upTo)).snapshot();
  }
}

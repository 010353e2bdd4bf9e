import type { ServiceContract } from "@caio/contracts";
import type { RegistryStore } from "@caio/registry";

interface Edition {
  readonly epoch: number;
  readonly contract: ServiceContract;
}

/** Every contract that a registry ever held. */
export class ContractBook {
  readonly #editions: ReadonlyMap<string, readonly Edition[]>;

  private constructor(editions: ReadonlyMap<string, readonly Edition[]>) {
    this.#editions = editions;
  }

  static async of(store: Pick<RegistryStore, "load">): Promise<ContractBook> {
    const editions = new Map<string, Edition[]>();
    for (const { epoch, edits } of await store.load(0)) {
      for (const edit of edits) {
        if (!("contract" in edit)) continue;
        const { contract } = edit;
        editions.set(contract.serviceId, [...(editions.get(contract.serviceId) ?? []), { epoch, contract }]);
      }
    }
    return new ContractBook(editions);
  }

  /** That of a service at an epoch; undefined if it had none yet. */
  contract(service: string, epoch: number): ServiceContract | undefined {
    return this.#editions.get(service)?.findLast((edition) => edition.epoch <= epoch)?.contract;
  }
}

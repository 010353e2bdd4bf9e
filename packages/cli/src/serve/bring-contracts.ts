import { contractDigest } from "@caio/contracts";
import { isCaioError } from "@caio/core";
import { ServiceRegistry, type Registration, type RegistryEdit } from "@caio/registry";
import type { SqlStores } from "@caio/store-sql";

/** How often what the folders hold is brought in, if other instances do so at the same time. */
const MAX_TRIES = 5;

/** Registers what is new and swaps what changed; what is only in the store stays. The number of services there are then. */
export async function bringContracts({ registry: store }: SqlStores, wanted: readonly Registration[]): Promise<number> {
  const registry = await ServiceRegistry.open(store);
  for (let tries = 1; ; tries++) {
    try {
      return (await registry.apply(editsFor(registry, wanted))).size;
    } catch (error) {
      // Another instance that starts now brings the same in.
      if (tries >= MAX_TRIES || !(isCaioError(error, "DuplicateService") || isCaioError(error, "UnknownService"))) throw error;
      await registry.refresh();
    }
  }
}

/** What makes a registry hold these contracts: those that are new, and those that are others. What else is in it stays. */
export function editsFor(registry: ServiceRegistry, wanted: readonly Registration[]): readonly RegistryEdit[] {
  const known = new Map(registry.snapshot().services.map((entry) => [entry.contract.serviceId, entry.contractDigest]));
  return wanted.flatMap(({ contract, encoding, encoderId }): RegistryEdit[] => {
    const before = known.get(contract.serviceId);
    if (before === contractDigest(contract)) return [];
    return [{ kind: before === undefined ? "register" : "replace", contract, encoding, encoderId }];
  });
}

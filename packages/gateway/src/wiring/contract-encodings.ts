import type { ServiceContract } from "@caio/contracts";
import { encodeContracts, type AsyncEncoder, type Encoder } from "@caio/control";
import type { Registration, ServiceEntry, ServiceRegistry } from "@caio/registry";

/** A contract as the registry takes it. @throws CaioError what the encoder throws */
export async function registrationOf(contract: ServiceContract, encoder: Encoder | AsyncEncoder): Promise<Registration> {
  const [encoding = []] = await encodeContracts([contract], encoder);
  return { contract, encoding, encoderId: encoder.id };
}

/** Whether a service's encoding cannot be compared with what this encoder makes. */
export function isOfAnother({ encoderId }: Pick<ServiceEntry, "encoderId">, { id }: Pick<Encoder, "id">): boolean {
  return encoderId !== id;
}

/**
 * Encodes what another encoder encoded, as one edit: fields of different encoders must not be compared. Contracts stay as they are, and a
 * registry without such services stays at its epoch.
 *
 * @throws CaioError what the encoder and the registry throw
 */
export async function encodeAnew(registry: ServiceRegistry, encoder: Encoder | AsyncEncoder): Promise<void> {
  const contracts = registry.snapshot().services.filter((entry) => isOfAnother(entry, encoder)).map(({ contract }) => contract);
  const encodings = await encodeContracts(contracts, encoder);
  await registry.apply(contracts.map((contract, at) => ({ kind: "replace" as const, contract, encoding: encodings[at] ?? [], encoderId: encoder.id })));
}

import type { ServiceContract } from "@caio/contracts";
import { encodeContracts, type AsyncEncoder, type Encoder } from "@caio/control";
import type { Registration, ServiceEntry, ServiceRegistry } from "@caio/registry";

/** Contracts that are encoded at a time, so that a large registry needs no call of its size. */
const AT_ONCE = 256;

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
  const foreign = registry.snapshot().services.filter((entry) => isOfAnother(entry, encoder)).map(({ contract }) => contract);
  const edits = [];
  for (let from = 0; from < foreign.length; from += AT_ONCE) {
    const contracts = foreign.slice(from, from + AT_ONCE);
    const encodings = await encodeContracts(contracts, encoder);
    for (const [at, contract] of contracts.entries()) edits.push({ kind: "replace" as const, contract, encoding: encodings[at] ?? [], encoderId: encoder.id });
  }
  await registry.apply(edits);
}

import { contractFromWire, ContractValidator } from "@caio/contracts";
import { canonicalJson, CaioError, sha256Hex, type JsonObject } from "@caio/core";
import { serviceEntry, type Registration, type ServiceEntry } from "@caio/registry";

const validator = new ContractValidator();
const digests = new WeakMap<ServiceEntry, string>();

/** What is written of a service: its contract in normalised form and its encoding. Whether it drains is in the list. */
export function serviceText({ wire, encoding, encoderId }: ServiceEntry): string {
  return canonicalJson({ contract: wire, encoding: [...encoding], encoder_id: encoderId });
}

/** Digest of `serviceText`; costs nothing the second time. */
export function serviceDigest(entry: ServiceEntry): string {
  const known = digests.get(entry);
  if (known !== undefined) return known;
  const digest = sha256Hex(serviceText(entry));
  digests.set(entry, digest);
  return digest;
}

/**
 * A registration from what was written of it, checked as at any other door.
 *
 * @param id - the service that it must be of
 * @throws CaioError `InvalidContract`, `IntegrityViolation` for a text that is not the one named
 */
export function parseServiceText(text: string, { id, digest }: { readonly id: string; readonly digest: string }): Registration {
  if (sha256Hex(text) !== digest) throw new CaioError("IntegrityViolation", `Service ${id}: the text is not the one that the list names.`, { details: { service: id } });
  const { contract: wire, encoding, encoder_id: encoderId } = objectOf(text, id);
  if (wire === undefined || !Array.isArray(encoding) || !encoding.every((part) => typeof part === "number") || typeof encoderId !== "string") throw noService(id);
  const contract = contractFromWire(wire);
  if (contract.serviceId !== id) throw noService(id);
  const [error] = validator.validate(contract).errors;
  if (error !== undefined) {
    throw new CaioError("InvalidContract", `Service ${id}, ${error.path}: found ${error.found}, expected ${error.expected}.`, { details: { service: id, path: error.path } });
  }
  // What the registry would refuse is refused here, and nothing else with it.
  return serviceEntry({ contract, encoding, encoderId });
}

function objectOf(text: string, id: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Said below.
  }
  throw noService(id);
}

function noService(id: string): CaioError<"InvalidContract"> {
  return new CaioError("InvalidContract", `Service ${id}: found no contract of it with its encoding.`, { details: { service: id } });
}

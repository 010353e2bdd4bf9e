import { toWireObject, type Field, type ServiceContract } from "@caio/contracts";
import { CaioError, digest, fromHex, isCaioError, type Digest, type JsonObject } from "@caio/core";

import { checkRegistration } from "./registration-check.ts";

/** What is registered: a contract, and its encoding e_s as an encoder made it. */
export interface Registration {
  readonly contract: ServiceContract;
  /** e_s: 128 integers in micros, real and imaginary part interleaved. */
  readonly encoding: Field;
  /** Which encoder made the encoding, version included. */
  readonly encoderId: string;
}

/** A registered service. Immutable, down to the members of its contract. */
export interface ServiceEntry extends Registration {
  /** SHA-256 of the canonical JSON of `wire`. */
  readonly contractDigest: Digest;
  /** Digest of ["caio-enc-v1", encoderId, encoding] (formats, Encodings). */
  readonly encodingDigest: Digest;
  /** Set by the operator: calls under way end, and no new ones come. Fails clause `health`. */
  readonly draining: boolean;
  /** `toWire` of the contract: the form that is hashed, proved and seen by rules. */
  readonly wire: JsonObject;
}

const DRAINING = 0x01;

/**
 * The entry of a registration, with its digests. It shares nothing with what was passed in, so later changes there do not
 * reach it.
 *
 * @throws CaioError `InvalidContract` if the contract is not normalised, offers nothing, or the encoding is no field.
 */
export function serviceEntry(registration: Registration, draining = false): ServiceEntry {
  try {
    checkRegistration(registration);
    const contract = frozen(structuredClone(registration.contract));
    const encoding = frozen([...registration.encoding]);
    const { encoderId } = registration;
    const wire = frozen(toWireObject(contract));
    const encodingDigest = digest(["caio-enc-v1", encoderId, encoding]);
    return Object.freeze({ contract, encoding, encoderId, contractDigest: digest(wire), encodingDigest, draining, wire });
  } catch (cause) {
    if (isCaioError(cause, "InvalidContract")) throw cause;
    const message = "The contract is not in normalised form or has no canonical JSON. Parse it with ContractParser first.";
    throw new CaioError("InvalidContract", message, { cause });
  }
}

/** The entry with its drain flag set or cleared. */
export function withDraining(entry: ServiceEntry, draining: boolean): ServiceEntry {
  return Object.freeze({ ...entry, draining });
}

/** What every leaf of a service commits to beside its key: contractDigest ‖ encodingDigest ‖ flags, 65 bytes. */
export function entryBytes(entry: ServiceEntry): Uint8Array {
  const flags = Uint8Array.of(entry.draining ? DRAINING : 0);
  return Buffer.concat([fromHex(entry.contractDigest), fromHex(entry.encodingDigest), flags]);
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) frozen(member);
  }
  return value;
}

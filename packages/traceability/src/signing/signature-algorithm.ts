import { createPublicKey, verify, type KeyObject } from "node:crypto";

/** Encoding of an Ed25519 public key before its 32 bytes (RFC 8410 §4). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** How signatures are made and checked. A new algorithm is another value of this type with a type byte of its own. */
export interface SignatureAlgorithm {
  readonly name: string;
  /** Type byte of keys and signatures in signed notes (C2SP signed-note, Signature types). */
  readonly noteType: number;
  readonly publicKeyBytes: number;
  readonly signatureBytes: number;
  /** True if the signature is the key's for this message. Never throws. */
  verifies(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

/** Ed25519 (RFC 8032). */
export const ed25519: SignatureAlgorithm = {
  name: "Ed25519",
  noteType: 0x01,
  publicKeyBytes: 32,
  signatureBytes: 64,
  verifies(publicKey, message, signature) {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    try {
      return verify(null, message, ed25519KeyObject(publicKey), signature);
    } catch {
      return false;
    }
  },
};

/** The algorithms that keys may be of. */
const algorithms: readonly SignatureAlgorithm[] = [ed25519];

/** The algorithm of a type byte, undefined for an unknown one. */
export function algorithmOfType(noteType: number): SignatureAlgorithm | undefined {
  return algorithms.find((algorithm) => algorithm.noteType === noteType);
}

/** The key as the platform takes it. @throws Error if the platform refuses it. */
export function ed25519KeyObject(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: "der", type: "spki" });
}

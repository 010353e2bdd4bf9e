import { createPublicKey, type KeyObject } from "node:crypto";

import { CaioError, sha256Hex, type Digest } from "@caio/core";

import { ed25519, ed25519KeyObject, type SignatureAlgorithm } from "./signature-algorithm.ts";

/** A public key: what others need to check what its private key signed. */
export class PublicKey {
  readonly algorithm: SignatureAlgorithm;
  readonly #bytes: Uint8Array;
  /** Hex of SHA-256 of the key: how an envelope names it (certificate §2). */
  readonly keyId: Digest;

  /** @param bytes - 32 bytes for Ed25519 (RFC 8032). @throws CaioError `InvalidProof` for another length. */
  constructor(bytes: Uint8Array, algorithm: SignatureAlgorithm = ed25519) {
    if (bytes.length !== algorithm.publicKeyBytes) {
      throw refuse(`a key of ${String(bytes.length)} bytes`, `${String(algorithm.publicKeyBytes)} bytes of ${algorithm.name}`);
    }
    this.algorithm = algorithm;
    this.#bytes = Uint8Array.from(bytes);
    this.keyId = sha256Hex(bytes);
  }

  /** The key of a PEM text (SubjectPublicKeyInfo). @throws CaioError `InvalidProof` for anything but an Ed25519 public key. */
  static fromPem(text: string): PublicKey {
    // The platform would take a private key, too, and derive its public part.
    if (!text.includes("-----BEGIN PUBLIC KEY-----")) throw refuse("no PEM text of a public key", "-----BEGIN PUBLIC KEY-----");
    return publicKeyOf(readPem(text));
  }

  /** A copy of the encoded key. */
  get bytes(): Uint8Array {
    return this.#bytes.slice();
  }

  /** True if the signature is this key's for the message. Never throws. */
  verifies(message: Uint8Array, signature: Uint8Array): boolean {
    return this.algorithm.verifies(this.#bytes, message, signature);
  }

  /** PEM text (SubjectPublicKeyInfo), as `fromPem` reads it. */
  toPem(): string {
    return ed25519KeyObject(this.#bytes).export({ format: "pem", type: "spki" }).toString();
  }
}

/** The public part of a platform key. @throws CaioError `InvalidProof` unless it is of Ed25519. */
export function publicKeyOf(key: KeyObject): PublicKey {
  const type = key.asymmetricKeyType ?? "none";
  if (type !== "ed25519") throw refuse(`a key of type ${type}`, "ed25519");
  return new PublicKey(key.export({ format: "der", type: "spki" }).subarray(-ed25519.publicKeyBytes));
}

function readPem(text: string): KeyObject {
  try {
    return createPublicKey(text);
  } catch {
    throw refuse("a PEM text that cannot be read", "an Ed25519 public key (SubjectPublicKeyInfo)");
  }
}

function refuse(found: string, expected: string): CaioError<"InvalidProof"> {
  return new CaioError("InvalidProof", `Public key: found ${found}, expected ${expected}.`, { details: { found, expected } });
}

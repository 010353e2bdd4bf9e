import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { inspect } from "node:util";

import { CaioError } from "@caio/core";

import { publicKeyOf, type PublicKey } from "./public-key.ts";

/**
 * An Ed25519 private key. It signs; it shows its public part alone, however it is printed. `exportPem` is the one way out.
 *
 * @example
 * ```ts
 * import { generateSigningKey, SigningKey } from "@caio/traceability";
 *
 * const key = generateSigningKey();
 * String(key); // SigningKey(<first digits of its key id>)
 * const again = SigningKey.fromPem(key.exportPem());
 * again.publicKey.keyId === key.publicKey.keyId; // true
 * ```
 */
export class SigningKey {
  readonly publicKey: PublicKey;
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.publicKey = publicKeyOf(createPublicKey(key));
    this.#key = key;
  }

  /** A fresh key from the platform's random source. */
  static generate(): SigningKey {
    return new SigningKey(generateKeyPairSync("ed25519").privateKey);
  }

  /** The key of a PEM text (PKCS#8, RFC 8410). @throws CaioError `InvalidProof`; no part of the text is in the error. */
  static fromPem(text: string): SigningKey {
    return new SigningKey(readPem(text));
  }

  /** The signature of the message (RFC 8032): 64 bytes, always the same for the same message. */
  sign(message: Uint8Array): Uint8Array {
    return sign(null, message, this.#key);
  }

  /** PEM text (PKCS#8) of the private key. Keep it where nobody else reads. */
  exportPem(): string {
    return this.#key.export({ format: "pem", type: "pkcs8" }).toString();
  }

  toString(): string {
    return `SigningKey(${this.publicKey.keyId.slice(0, 8)})`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** A fresh Ed25519 key. */
export function generateSigningKey(): SigningKey {
  return SigningKey.generate();
}

function readPem(text: string): KeyObject {
  try {
    return createPrivateKey({ key: text, format: "pem" });
  } catch {
    // What the platform says may quote the text.
    const message = "Found no private key that can be read, expected the PEM text of an unencrypted PKCS#8 Ed25519 key.";
    throw new CaioError("InvalidProof", message);
  }
}

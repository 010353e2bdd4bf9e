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

/** Bytes of the time before the signature of a witness. */
const STAMP_BYTES = 8;

/** Ed25519 as witnesses sign (C2SP tlog-cosignature, `cosignature/v1`): a time in seconds, and the signature of that time with the text. */
export const ed25519Cosignature: SignatureAlgorithm = {
  name: "Ed25519 cosignature/v1",
  noteType: 0x04,
  publicKeyBytes: 32,
  signatureBytes: STAMP_BYTES + 64,
  verifies(publicKey, message, signature) {
    const seconds = cosignatureTime(signature);
    return seconds !== undefined && ed25519.verifies(publicKey, cosignatureMessage(seconds, message), signature.subarray(STAMP_BYTES));
  },
};

/** What a witness signs: two lines of its own, then the text of the note, final newline included. */
export function cosignatureMessage(seconds: number, text: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`cosignature/v1\ntime ${String(seconds)}\n`), text]);
}

/** The time in a witness's signature, undefined for one that is of another length or past 2^53 − 1 seconds. */
export function cosignatureTime(signature: Uint8Array): number | undefined {
  if (signature.length !== ed25519Cosignature.signatureBytes) return undefined;
  const seconds = Number(Buffer.from(signature).readBigUInt64BE(0));
  return Number.isSafeInteger(seconds) ? seconds : undefined;
}

/** The algorithms that keys may be of. */
const algorithms: readonly SignatureAlgorithm[] = [ed25519, ed25519Cosignature];

/** The algorithm of a type byte, undefined for an unknown one. */
export function algorithmOfType(noteType: number): SignatureAlgorithm | undefined {
  return algorithms.find((algorithm) => algorithm.noteType === noteType);
}

/** The key as the platform takes it. @throws Error if the platform refuses it. */
export function ed25519KeyObject(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: "der", type: "spki" });
}

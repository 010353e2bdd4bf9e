import { CaioError } from "@caio/core";

import type { PublicKey } from "./public-key.ts";
import type { SigningKey } from "./signing-key.ts";
import { VerifierKey } from "./verifier-key.ts";

/** A key that signs notes, under its name. */
export interface NoteSigner {
  readonly name: string;
  readonly key: SigningKey;
}

/**
 * The keys of one log: the one that signs, and every one that has signed before, so that what it signed stays verifiable.
 * Immutable; `rotate` gives the next ring.
 *
 * @example
 * ```ts
 * import { generateSigningKey, KeyRing } from "@caio/traceability";
 *
 * const ring = KeyRing.of("caio.example/log", generateSigningKey());
 * const next = ring.rotate(generateSigningKey());
 * next.verifiers.length; // 2
 * KeyRing.of(next.signer.name, next.signer.key, KeyRing.parseVerifiers(next.verifiersText())); // the same ring
 * ```
 */
export class KeyRing {
  /** The key that signs from now on. */
  readonly signer: NoteSigner;
  /** The signer's public key first, then those before it. */
  readonly verifiers: readonly VerifierKey[];

  private constructor(signer: NoteSigner, verifiers: readonly VerifierKey[]) {
    this.signer = signer;
    this.verifiers = verifiers;
  }

  /**
   * @param name - the origin of the log
   * @param before - public keys of earlier times; the signer's own may be among them
   * @throws CaioError `InvalidProof` for a name that no note can hold.
   */
  static of(name: string, key: SigningKey, before: readonly VerifierKey[] = []): KeyRing {
    const own = new VerifierKey(name, key.publicKey);
    const text = own.toString();
    return new KeyRing({ name, key }, [own, ...before.filter((each) => each.toString() !== text)]);
  }

  /** The public keys of a text of `verifiersText`. @throws CaioError `InvalidProof` */
  static parseVerifiers(text: string): readonly VerifierKey[] {
    return text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => VerifierKey.parse(line.trim()));
  }

  /** The ring whose signer is the new key. What the old one signed stays verifiable. */
  rotate(key: SigningKey): KeyRing {
    return KeyRing.of(this.signer.name, key, this.verifiers);
  }

  /** The public key of an id as envelopes name it. @throws CaioError `InvalidProof` for one that is not in the ring. */
  publicKey(keyId: string): PublicKey {
    const found = this.verifiers.find(({ publicKey }) => publicKey.keyId === keyId);
    if (found !== undefined) return found.publicKey;
    throw new CaioError("InvalidProof", `No key ${keyId.slice(0, 64)} in the ring. Add its public key first.`);
  }

  /** The public keys, one text form a line: what is published, and kept beside the private key. */
  verifiersText(): string {
    return this.verifiers.map((key) => `${key.toString()}\n`).join("");
  }
}

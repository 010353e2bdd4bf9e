import type { KeyObject } from "node:crypto";

import { CompactEncrypt, compactDecrypt, type JWK } from "jose";

import { CaioError, canonicalJson, type JsonValue } from "@caio/core";

import { integrityViolation } from "./payload-digest.ts";

const KEY_AGREEMENT = "ECDH-ES";
const ENCRYPTION = "A256GCM";
const TYPE = "caio-payload+jwe";

/**
 * Encrypts a payload to a service's public key (RFC 7516; ECDH-ES with A256GCM): only the holder of the private key reads
 * it, and no router on the way. Every call uses a fresh ephemeral key.
 *
 * @param recipient - public JWK or KeyObject on X25519, P-256, P-384 or P-521
 * @returns compact JWE
 * @throws CaioError `NotCanonical`; `IntegrityViolation` if the key does not fit
 *
 * @example
 * ```ts
 * import { openPayload, sealPayload } from "@caio/security";
 * import { generateKeyPairSync } from "node:crypto";
 *
 * const { publicKey, privateKey } = generateKeyPairSync("x25519");
 * const sealed = await sealPayload({ text: "hello" }, { keyId: "k1", publicKey });
 * await openPayload(sealed, privateKey); // { text: "hello" }
 * ```
 */
export async function sealPayload(
  payload: JsonValue,
  recipient: { readonly keyId: string; readonly publicKey: KeyObject | JWK },
): Promise<string> {
  const text = new TextEncoder().encode(canonicalJson(payload));
  const header = { alg: KEY_AGREEMENT, enc: ENCRYPTION, kid: recipient.keyId, typ: TYPE, cty: "json" };
  try {
    return await new CompactEncrypt(text).setProtectedHeader(header).encrypt(recipient.publicKey);
  } catch {
    throw integrityViolation("The service's key cannot be encrypted to. Publish a public X25519 or P-256 key.", "key");
  }
}

/**
 * Opens what `sealPayload` made.
 *
 * @throws CaioError `IntegrityViolation` for another key, another algorithm or a changed text: which of them is not said.
 */
export async function openPayload(sealed: string, privateKey: KeyObject | JWK): Promise<JsonValue> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, privateKey, {
      keyManagementAlgorithms: [KEY_AGREEMENT],
      contentEncryptionAlgorithms: [ENCRYPTION],
    });
    if (protectedHeader.typ === TYPE) return parse(new TextDecoder("utf-8", { fatal: true }).decode(plaintext));
  } catch (error) {
    if (error instanceof CaioError) throw error;
    // No cause: it may repeat what it could not read.
  }
  throw integrityViolation("The sealed payload cannot be opened with this key. Seal it again to the service's current key.", "sealed");
}

/** A parsing door: the text was authenticated, and `JSON.parse` yields nothing but JSON. */
function parse(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}

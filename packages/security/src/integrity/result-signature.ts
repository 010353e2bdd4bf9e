import { sign, verify, type KeyObject } from "node:crypto";

import { CaioError, canonicalJson, digest, type JsonValue } from "@caio/core";

import { integrityViolation } from "./payload-digest.ts";

/** A detached signature over a result (RFC 8032). JSON. */
export interface ResultSignature {
  readonly alg: "Ed25519";
  readonly keyId: string;
  /** base64url, 64 bytes */
  readonly signature: string;
}

/** A result and the decision that it answers: a signature for one decision is none for another. */
export interface SignedResult {
  readonly decisionId: string;
  readonly service: string;
  readonly result: JsonValue;
}

const SIGNATURE = /^[A-Za-z0-9_-]{86}$/;

/**
 * Signs a result with the service's key: Ed25519 over the canonical JSON of
 * ["caio-result-v1", keyId, decisionId, service, digest of the result].
 *
 * @throws CaioError `InvalidProof` if the key is no private Ed25519 key; `NotCanonical`
 */
export function signResult(signed: SignedResult, key: { readonly keyId: string; readonly privateKey: KeyObject }): ResultSignature {
  if (key.privateKey.type !== "private") throw wrongKey("a private");
  checkCurve(key.privateKey);
  const signature = sign(null, message(signed, key.keyId), key.privateKey).toString("base64url");
  return { alg: "Ed25519", keyId: key.keyId, signature };
}

/**
 * Holds a result to its signature.
 *
 * @throws CaioError `IntegrityViolation` if it does not verify; `InvalidProof` if the key is no public Ed25519 key
 *
 * @example
 * ```ts
 * import { generateKeyPairSync } from "node:crypto";
 * import { signResult, verifyResult } from "@caio/security";
 *
 * const { privateKey, publicKey } = generateKeyPairSync("ed25519");
 * const answer = { decisionId: "0".repeat(64), service: "demo-chat", result: { text: "hello" } };
 * const signature = signResult(answer, { keyId: "k1", privateKey });
 * verifyResult(answer, signature, { keyId: "k1", publicKey }); // returns
 * ```
 */
export function verifyResult(
  signed: SignedResult,
  signature: ResultSignature,
  key: { readonly keyId: string; readonly publicKey: KeyObject },
): void {
  if (key.publicKey.type !== "public") throw wrongKey("a public");
  checkCurve(key.publicKey);
  const alg: string = signature.alg;
  if (alg !== "Ed25519" || signature.keyId !== key.keyId || !SIGNATURE.test(signature.signature)) throw unverified();
  const bytes = Buffer.from(signature.signature, "base64url");
  if (!verify(null, message(signed, key.keyId), key.publicKey, bytes)) throw unverified();
}

function message(signed: SignedResult, keyId: string): Buffer {
  const parts = ["caio-result-v1", keyId, signed.decisionId, signed.service, digest(signed.result)];
  return Buffer.from(canonicalJson(parts), "utf8");
}

function checkCurve(key: KeyObject): void {
  if (key.asymmetricKeyType !== "ed25519") throw wrongKey("an");
}

function wrongKey(kind: string): CaioError<"InvalidProof"> {
  return new CaioError("InvalidProof", `Result signatures need ${kind} Ed25519 key. Configure one.`, { details: { expected: "Ed25519" } });
}

function unverified(): CaioError<"IntegrityViolation"> {
  return integrityViolation("The result's signature does not verify under the service's key. Do not use the result.", "signature");
}

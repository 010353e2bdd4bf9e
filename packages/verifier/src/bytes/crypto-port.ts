import { concat, fromBase64, fromHex, utf8 } from "./bytes.ts";
import { sha256Hex } from "./sha256.ts";

/** The one thing that the verifier asks of its platform. */
export interface CryptoPort {
  /** RFC 8032 Ed25519, pure. Rejects or answers false for what is no key or no signature. */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** WebCrypto, which Node and browsers have. */
export const webCrypto: CryptoPort = {
  async verifyEd25519(publicKey, message, signature) {
    const { subtle } = globalThis.crypto;
    const key = await subtle.importKey("raw", publicKey as Uint8Array<ArrayBuffer>, { name: "Ed25519" }, false, ["verify"]);
    return subtle.verify({ name: "Ed25519" }, key, signature, message);
  },
};

/** DER of SubjectPublicKeyInfo for Ed25519 before the 32 bytes of the key (RFC 8410 §4). */
const SPKI = "302a300506032b6570032100";

/**
 * The 32 bytes of an Ed25519 public key: raw bytes, 64 hex digits, base64 of the raw key, SPKI as DER, PEM or base64, or a
 * signed-note verifier key `name+hash+base64(0x01 ‖ key)`. Undefined for anything else.
 */
export function publicKeyOf(key: string | Uint8Array): Uint8Array | undefined {
  if (typeof key === "string") return publicKeyOfText(key.trim());
  if (key.length === 32) return key;
  if (key.length === 33 && key[0] === 1) return key.subarray(1);
  const prefix = fromHex(SPKI) ?? utf8("");
  return key.length === 44 && prefix.every((byte, at) => byte === key[at]) ? key.subarray(12) : undefined;
}

function publicKeyOfText(text: string): Uint8Array | undefined {
  if (text.length > 1024) return undefined;
  if (/^[0-9a-f]{64}$/.test(text)) return fromHex(text);
  const body = /^-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]*)-----END PUBLIC KEY-----$/.exec(text)?.[1]?.replace(/\s/g, "");
  const [, name = "", id, note] = /^([^+\s]+)\+([0-9a-f]{8})\+(.*)$/.exec(text) ?? [];
  const bytes = fromBase64(body ?? note ?? text);
  if (bytes === undefined) return undefined;
  // The id of a verifier key is that of its name and key (C2SP signed-note).
  return id === undefined || sha256Hex(concat([utf8(`${name}\n`), bytes])).startsWith(id) ? publicKeyOf(bytes) : undefined;
}

import { createHash, createHmac } from "node:crypto";

import { canonicalJson } from "./canonical-json.ts";
import type { JsonValue } from "./json.ts";

/** 64 lower-case hex digits, no prefix: a SHA-256 digest, an id, a seed. */
export type Digest = string;

/** True for 64 lower-case hex digits. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
}

/** SHA-256 of the bytes given, one after another: 32 bytes. Text is hashed as UTF-8. */
export function sha256(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex(...parts: readonly (Uint8Array | string)[]): Digest {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/**
 * The digest of a JSON value: SHA-256 of its canonical text (RFC 8785), so key order does not matter.
 *
 * @throws CaioError `NotCanonical`
 *
 * @example
 * ```ts
 * import { digest } from "@caio/core";
 *
 * digest({ a: 1, b: 2 }) === digest({ b: 2, a: 1 }); // true
 * ```
 */
export function digest(value: JsonValue): Digest {
  return sha256Hex(canonicalJson(value));
}

/** HMAC-SHA-256 (RFC 2104): 32 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array | string): Uint8Array {
  return createHmac("sha256", key).update(message).digest();
}

/** Bytes of a hex text. Its length must be even. */
export function fromHex(hex: string): Uint8Array {
  return Buffer.from(hex, "hex");
}

/** Lower-case hex of bytes. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

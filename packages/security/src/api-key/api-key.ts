import { CaioError, sha256Hex, toHex, type Digest } from "@caio/core";

import type { KeyGrant, KeyLimits, KeyRecord } from "./key-store.ts";

/** Secure random bytes, from outside: `(size) => randomBytes(size)` of node:crypto. */
export type RandomSource = (size: number) => Uint8Array;

const ID_BYTES = 8;
const SECRET_BYTES = 32;
const KEY = /^caio_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** A key taken apart. `secret` is secret. */
export interface ApiKeyParts {
  readonly keyId: string;
  readonly secret: string;
}

/**
 * A new key `caio_<keyId>_<secret>` and the record to store. The key is to be shown once; it cannot be had again.
 *
 * @param options - `now` in milliseconds; `exp` in seconds, absent for a key without end; `limits` absent for none
 *
 * @example
 * ```ts
 * import { randomBytes } from "node:crypto";
 * import { InMemoryKeyStore, issueApiKey } from "@caio/security";
 *
 * const grant = { subject: "ci", issuer: "house", tenant: "acme", permissions: ["chat"], trust: 5 };
 * const { key, record } = issueApiKey(grant, { now: 1_764_000_000_000, random: (size) => randomBytes(size) });
 * await new InMemoryKeyStore().add(record);
 * key.startsWith("caio_"); // true
 * ```
 */
export function issueApiKey(
  grant: KeyGrant,
  options: { readonly now: number; readonly random: RandomSource; readonly exp?: number; readonly limits?: KeyLimits },
): { readonly key: string; readonly record: KeyRecord } {
  const keyId = toHex(draw(options.random, ID_BYTES));
  const secret = Buffer.from(draw(options.random, SECRET_BYTES)).toString("base64url");
  const { exp, limits, now } = options;
  if (!Number.isSafeInteger(now) || (exp !== undefined && !Number.isSafeInteger(exp))) {
    throw new CaioError("NumberOutOfRange", "now and exp of a key: expected whole milliseconds and whole seconds.");
  }
  const optional = { ...(exp === undefined ? {} : { exp }), ...(limits === undefined ? {} : { limits }) };
  // Certificates commit to permissions as a set, in order.
  const sorted = { ...grant, permissions: [...new Set(grant.permissions)].sort() };
  const record = { keyId, hash: hashApiKey({ keyId, secret }), grant: sorted, createdAt: now, ...optional };
  return { key: `caio_${keyId}_${secret}`, record };
}

/** The parts of a key, undefined for any other text. */
export function parseApiKey(text: string): ApiKeyParts | undefined {
  if (text.length > 80) return undefined;
  const match = KEY.exec(text);
  if (match === null) return undefined;
  const [, keyId = "", secret = ""] = match;
  return { keyId, secret };
}

/**
 * What the store keeps of a key. Plain SHA-256, not a slow password hash: the secret is 256 random bits, so guessing is
 * hopeless at any speed, while a slow hash at the door would let strangers use up the processor.
 */
export function hashApiKey(parts: ApiKeyParts): Digest {
  return sha256Hex("caio/v1/api-key\0", parts.keyId, "\0", parts.secret);
}

function draw(random: RandomSource, size: number): Uint8Array {
  const bytes = random(size);
  if (bytes.length !== size) {
    throw new CaioError("NumberOutOfRange", `The random source gave ${String(bytes.length)} bytes, expected ${String(size)}.`);
  }
  return bytes;
}

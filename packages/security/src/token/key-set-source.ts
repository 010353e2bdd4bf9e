import type { JSONWebKeySet } from "jose";

import { CaioError } from "@caio/core";

/**
 * Public keys of an issuer (RFC 7517): the set itself, or a function that fetches it. The function is the only way to the
 * network, and belongs to the caller.
 */
export type KeySetSource = JSONWebKeySet | (() => Promise<JSONWebKeySet>);

/** Members that only private and symmetric keys have (RFC 7518 §6). */
const SECRET_MEMBERS = ["d", "k", "p", "q", "dp", "dq", "qi", "oth", "priv"];
const MAX_KEYS = 100;

/**
 * Refuses a key set that is malformed, over 100 keys, or holds a private or symmetric key: such a key must never lie where
 * public keys are expected.
 *
 * @throws CaioError `InvalidPolicy`
 */
export function checkKeySet(value: unknown): asserts value is JSONWebKeySet {
  if (typeof value !== "object" || value === null || !("keys" in value) || !Array.isArray(value.keys)) {
    throw badKeySet("no object with a list of keys", "a JSON Web Key Set");
  }
  const keys: readonly unknown[] = value.keys;
  if (keys.length > MAX_KEYS) throw badKeySet("over 100 keys", "at most 100 keys");
  for (const key of keys) {
    if (typeof key !== "object" || key === null) throw badKeySet("a key that is no object", "JSON Web Keys");
    if (SECRET_MEMBERS.some((member) => Object.hasOwn(key, member))) {
      throw badKeySet("a private or symmetric key", "public keys alone; treat that key as leaked and replace it");
    }
  }
}

function badKeySet(found: string, expected: string): CaioError<"InvalidPolicy"> {
  return new CaioError("InvalidPolicy", `Key set: found ${found}, expected ${expected}.`, { details: { found, expected } });
}

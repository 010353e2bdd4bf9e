import { timingSafeEqual } from "node:crypto";

import type { Principal } from "@caio/contracts";
import { CaioError, fromHex } from "@caio/core";

import { hashApiKey, parseApiKey } from "./api-key.ts";
import type { KeyStore } from "./key-store.ts";

/** Compared against where the key id is unknown, so that both cases do the same work. */
const NO_HASH = "0".repeat(64);

/**
 * The door for API keys: finds the record by key id and compares hashes in constant time. An unknown id and a wrong secret
 * are one refusal; that a key is revoked or expired is said only to who holds its secret.
 */
export class ApiKeyAuthenticator {
  readonly #store: KeyStore;

  constructor(store: KeyStore) {
    this.#store = store;
  }

  /**
   * @param key - the text that the caller sent
   * @param now - milliseconds; the key is refused from 1000·exp on
   * @throws CaioError `Unauthenticated` with `details.reason` `unknown_key`, `revoked` or `expired`.
   */
  async authenticate(key: string, now: number): Promise<Principal> {
    const parts = parseApiKey(key);
    if (parts === undefined) throw unknownKey();
    const record = await this.#store.find(parts.keyId);
    const same = timingSafeEqual(fromHex(hashApiKey(parts)), fromHex(record?.hash ?? NO_HASH));
    if (record === undefined || !same) throw unknownKey();
    if (record.revokedAt !== undefined) throw refuse("The API key has been revoked. Ask for a new one.", "revoked");
    // Written so that a `now` that is no number refuses.
    if (record.exp !== undefined && !(now < record.exp * 1000)) {
      throw refuse("The API key has expired. Ask for a new one.", "expired");
    }
    const exp = record.exp === undefined ? {} : { exp: record.exp };
    return { ...record.grant, evidence: { method: "api_key", keyId: record.keyId, ...exp } };
  }
}

function unknownKey(): CaioError<"Unauthenticated"> {
  return refuse("The API key is not known here. Check that it was copied whole, or ask for a new one.", "unknown_key");
}

function refuse(message: string, reason: string): CaioError<"Unauthenticated"> {
  return new CaioError("Unauthenticated", message, { details: { reason } });
}

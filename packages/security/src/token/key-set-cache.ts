import { createLocalJWKSet, type JSONWebKeySet, type LocalJWKSet } from "jose";

import { CaioError } from "@caio/core";

import { checkKeySet, type KeySetSource } from "./key-set-source.ts";

/** How long a fetched key set is used, and how often an unknown key may cause another fetch; both in milliseconds. */
export interface KeySetTimes {
  readonly maxAgeMs: number;
  readonly cooldownMs: number;
}

/**
 * The issuer's keys, fetched when needed. Time is the caller's `now`. Concurrent callers share one fetch, and a flood of
 * tokens with made-up key ids causes at most one fetch per cooldown.
 */
export class KeySetCache {
  readonly #fetch: (() => Promise<JSONWebKeySet>) | undefined;
  readonly #times: KeySetTimes;
  #current: { readonly keys: LocalJWKSet; readonly at: number } | undefined;
  #pending: Promise<LocalJWKSet> | undefined;
  #lastTry = Number.NEGATIVE_INFINITY;

  constructor(source: KeySetSource, times: KeySetTimes) {
    this.#times = times;
    if (typeof source === "function") {
      this.#fetch = source;
    } else {
      this.#current = { keys: build(source), at: 0 };
    }
  }

  /** The keys to try first. @throws CaioError `ServiceUnavailable` if they cannot be fetched. */
  async keys(now: number): Promise<LocalJWKSet> {
    const current = this.#current;
    if (current !== undefined && (this.#fetch === undefined || now - current.at < this.#times.maxAgeMs)) {
      return current.keys;
    }
    return this.#load(now);
  }

  /** Newer keys, for a token whose key the first ones lack; undefined where there are none to be had now. */
  async newerKeys(now: number): Promise<LocalJWKSet | undefined> {
    if (this.#fetch === undefined) return undefined;
    if (this.#pending === undefined && now - this.#lastTry < this.#times.cooldownMs) return undefined;
    return this.#load(now);
  }

  async #load(now: number): Promise<LocalJWKSet> {
    const fetch = this.#fetch;
    if (fetch === undefined) throw unavailable();
    if (this.#pending === undefined) {
      this.#lastTry = now;
      this.#pending = fetchKeys(fetch).finally(() => {
        this.#pending = undefined;
      });
    }
    const keys = await this.#pending;
    this.#current = { keys, at: now };
    return keys;
  }
}

async function fetchKeys(fetch: () => Promise<JSONWebKeySet>): Promise<LocalJWKSet> {
  let fetched: JSONWebKeySet;
  try {
    fetched = await fetch();
  } catch {
    // No cause: a fetch error may hold a URL with credentials.
    throw unavailable();
  }
  return build(fetched);
}

function build(keySet: JSONWebKeySet): LocalJWKSet {
  checkKeySet(keySet);
  return createLocalJWKSet(keySet);
}

function unavailable(): CaioError<"ServiceUnavailable"> {
  return new CaioError("ServiceUnavailable", "The issuer's key set could not be fetched. Check the key set source, then retry.", {
    details: { reason: "key_set" },
  });
}

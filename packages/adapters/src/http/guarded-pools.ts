import { lookup as resolve, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";

import type { Locality } from "@caio/contracts";
import { executorError } from "@caio/contracts/executor";
import { Pool } from "undici";

import type { HttpTarget } from "./address-policy.ts";
import type { HttpPlace } from "./http-place.ts";

/** Resolves a host name to every address it has. */
export type ResolveHost = (hostname: string, callback: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void;

export interface PoolLimits {
  readonly connectTimeoutMs: number;
  readonly maxConnections: number;
  readonly maxResponseBytes: number;
  readonly maxHeaderBytes: number;
}

/** Thrown inside a connection attempt, and mapped by `transportError`. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

/** More origins than this at once means that old ones are no longer in use. */
const MAX_POOLS = 256;

/**
 * A connection pool per origin and locality. The address is checked where the connection is made, on the very address
 * that is connected to, so that a name cannot resolve to one thing for the check and to another for the call.
 */
export class GuardedPools {
  readonly #pools = new Map<string, Pool>();
  readonly #allow: (target: HttpTarget) => boolean;
  readonly #resolveHost: ResolveHost;
  readonly #limits: PoolLimits;

  constructor(options: { allow: (target: HttpTarget) => boolean; resolveHost?: ResolveHost; limits: PoolLimits }) {
    this.#allow = options.allow;
    this.#resolveHost = options.resolveHost ?? ((hostname, callback) => { resolve(hostname, { all: true }, callback); });
    this.#limits = options.limits;
  }

  /** @throws CaioError `ServiceUnavailable` if the host is an address that is not allowed. */
  for(origin: string, contract: HttpPlace): Pool {
    const locality = contract.privacy.dataLocality;
    const key = `${origin} ${locality ?? ""}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const hostname = new URL(origin).hostname.replace(/^\[|\]$/g, "");
    // A socket resolves names only: an address would pass by the guarded lookup.
    if (isIP(hostname) !== 0 && !this.#allow(targetOf(origin, hostname, locality))) {
      throw executorError("ServiceUnavailable", contract, `connections to ${origin} are not allowed. Let the executor's allow rule name it.`, {
        details: { origin },
      });
    }
    this.#dropOldest();
    const pool = this.#open(origin, locality);
    this.#pools.set(key, pool);
    return pool;
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.allSettled(pools.map((pool) => pool.destroy()));
  }

  #open(origin: string, locality: Locality | undefined): Pool {
    return new Pool(origin, {
      connections: this.#limits.maxConnections,
      pipelining: 1,
      maxHeaderSize: this.#limits.maxHeaderBytes,
      maxResponseSize: this.#limits.maxResponseBytes,
      connect: { timeout: this.#limits.connectTimeoutMs, lookup: this.#lookup(origin, locality) },
    });
  }

  #lookup(origin: string, locality: Locality | undefined): LookupFunction {
    return (hostname, options, callback) => {
      this.#resolveHost(hostname, (error, found) => {
        if (error !== null) {
          callback(error, []);
          return;
        }
        // One address that is not allowed spoils the name: the rest of its answers are not to be trusted either.
        const [first] = found;
        if (first === undefined || !found.every(({ address }) => this.#allow(targetOf(origin, address, locality)))) {
          callback(new AddressRefused(`connections to ${origin} are not allowed`), []);
        } else if (options.all === true) callback(null, [...found]);
        else callback(null, first.address, first.family);
      });
    };
  }

  #dropOldest(): void {
    if (this.#pools.size < MAX_POOLS) return;
    for (const [key, pool] of this.#pools) {
      this.#pools.delete(key);
      // `close` lets its calls finish.
      void pool.close().catch(() => undefined);
      return;
    }
  }
}

function targetOf(origin: string, address: string, locality: Locality | undefined): HttpTarget {
  return locality === undefined ? { origin, address } : { origin, address, locality };
}

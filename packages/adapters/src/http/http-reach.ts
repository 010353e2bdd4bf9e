import type { ServiceContract, ServiceHealth } from "@caio/contracts";
import { withinDeadline } from "@caio/contracts/executor";
import type { Dispatcher } from "undici";

import { allowByLocality, type HttpTarget } from "./address-policy.ts";
import { readAnswer } from "./answer.ts";
import { authorizationHeaders, type ResolveSecret } from "./authorization.ts";
import { placeOf, type CallRequest } from "./call-request.ts";
import { GuardedPools, type ResolveHost } from "./guarded-pools.ts";
import type { HttpPlace } from "./http-place.ts";
import { transportError } from "./transport-error.ts";

/** Where an executor may connect to, and how much it takes from there. */
export interface HttpReachOptions {
  /** Whether a connection may be made; asked for every address of every host. Default `allowByLocality`. */
  readonly allow?: (target: HttpTarget) => boolean;
  /** Yields the secrets that contracts refer to. Without it a contract with `auth` is unavailable. */
  readonly resolveSecret?: ResolveSecret;
  /** Largest answer, bytes. Default 1 MiB; 32 MiB of an `OpenAiExecutor`. */
  readonly maxResponseBytes?: number;
  /** Largest head of an answer, bytes. Default 16 KiB. */
  readonly maxHeaderBytes?: number;
  /** Default 2000. */
  readonly connectTimeoutMs?: number;
  /** Default 2000. */
  readonly healthTimeoutMs?: number;
  /** Connections per origin. Default 64; 512 of an `OpenAiExecutor`, whose streams hold theirs. */
  readonly maxConnections?: number;
  /** Default: the resolver of the system. */
  readonly resolveHost?: ResolveHost;
}

/** Sends requests to where contracts say, if the address is allowed, with the secret that the contract refers to. */
export class HttpReach {
  readonly #pools: GuardedPools;
  readonly #resolveSecret: ResolveSecret | undefined;
  readonly #healthTimeoutMs: number;

  constructor(options: HttpReachOptions, sizes: { readonly maxResponseBytes: number; readonly maxConnections: number }) {
    this.#resolveSecret = options.resolveSecret;
    this.#healthTimeoutMs = options.healthTimeoutMs ?? 2000;
    this.#pools = new GuardedPools({
      allow: options.allow ?? allowByLocality,
      ...(options.resolveHost === undefined ? {} : { resolveHost: options.resolveHost }),
      limits: {
        connectTimeoutMs: options.connectTimeoutMs ?? 2000,
        maxConnections: options.maxConnections ?? sizes.maxConnections,
        maxResponseBytes: options.maxResponseBytes ?? sizes.maxResponseBytes,
        maxHeaderBytes: options.maxHeaderBytes ?? 16_384,
      },
    });
  }

  /**
   * The head of the answer; its body is still to be read, or to be destroyed.
   *
   * @throws what `transportError` makes a `CaioError` of.
   */
  async send(request: CallRequest, contract: HttpPlace, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { origin, path, method, body, headers } = request;
    const pool = this.#pools.for(origin, contract);
    const authorization = await authorizationHeaders(contract, this.#resolveSecret);
    return await pool.request({ path, method, body, signal, headers: { ...headers, ...authorization } });
  }

  /** GET on the contract's health path, 2xx is healthy. A contract without one is taken for healthy. Never throws. */
  async health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth> {
    const check = contract.api.health;
    if (check === undefined) return { healthy: true, reason: "the contract names no health path" };
    try {
      const request: CallRequest = { ...placeOf(contract, check.path), method: "GET", headers: { accept: "application/json" }, body: null };
      const bound = { contract, deadlineUs: this.#healthTimeoutMs * 1000 };
      await withinDeadline(bound, signal, async (bounded) => {
        const { statusCode, headers, body } = await this.send(request, contract, bounded);
        return readAnswer(statusCode, headers, await body.bytes(), contract);
      });
      return { healthy: true };
    } catch (error) {
      return { healthy: false, reason: transportError(error, contract).message };
    }
  }

  async close(): Promise<void> {
    await this.#pools.close();
  }
}

import type { Protocol, ServiceCall, ServiceContract, ServiceExecutor, ServiceHealth, ServiceResult } from "@caio/contracts";

import { withinDeadline } from "../call-deadline.ts";
import { allowByLocality, type HttpTarget } from "./address-policy.ts";
import { readAnswer } from "./answer.ts";
import { authorizationHeaders, type ResolveSecret } from "./authorization.ts";
import { callRequest, placeOf, type CallRequest } from "./call-request.ts";
import { GuardedPools, type ResolveHost } from "./guarded-pools.ts";
import { transportError } from "./transport-error.ts";

export interface HttpExecutorOptions {
  /** Whether a connection may be made; asked for every address of every host. Default `allowByLocality`. */
  readonly allow?: (target: HttpTarget) => boolean;
  /** Yields the secrets that contracts refer to. Without it a contract with `auth` is unavailable. */
  readonly resolveSecret?: ResolveSecret;
  /** Largest answer, bytes. Default 1 MiB. */
  readonly maxResponseBytes?: number;
  /** Largest head of an answer, bytes. Default 16 KiB. */
  readonly maxHeaderBytes?: number;
  /** Default 2000. */
  readonly connectTimeoutMs?: number;
  /** Default 2000. */
  readonly healthTimeoutMs?: number;
  /** Connections per origin. Default 64. */
  readonly maxConnections?: number;
  /** Default: the resolver of the system. */
  readonly resolveHost?: ResolveHost;
}

/**
 * Reaches services over HTTP: JSON out, JSON in, no redirects, and no address that `allow` does not name.
 *
 * @example
 * ```ts
 * import { HttpExecutor } from "@caio/adapters";
 *
 * const executor = new HttpExecutor({ resolveSecret: (reference) => `the secret that ${reference} stands for` });
 * await executor.close();
 * ```
 */
export class HttpExecutor implements ServiceExecutor {
  readonly protocols: readonly Protocol[] = ["http"];
  readonly #pools: GuardedPools;
  readonly #resolveSecret: ResolveSecret | undefined;
  readonly #healthTimeoutMs: number;

  constructor(options: HttpExecutorOptions = {}) {
    this.#resolveSecret = options.resolveSecret;
    this.#healthTimeoutMs = options.healthTimeoutMs ?? 2000;
    this.#pools = new GuardedPools({
      allow: options.allow ?? allowByLocality,
      ...(options.resolveHost === undefined ? {} : { resolveHost: options.resolveHost }),
      limits: {
        connectTimeoutMs: options.connectTimeoutMs ?? 2000,
        maxConnections: options.maxConnections ?? 64,
        maxResponseBytes: options.maxResponseBytes ?? 1_048_576,
        maxHeaderBytes: options.maxHeaderBytes ?? 16_384,
      },
    });
  }

  /** @throws CaioError `ServiceUnavailable`, `DeadlineExceeded`, `ExecutionFailed` */
  async execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    return await withinDeadline(call, signal, (bounded) => this.#send(callRequest(call), call.contract, bounded));
  }

  /** GET on the contract's health path, 2xx is healthy. A contract without one is taken for healthy. Never throws. */
  async health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth> {
    const check = contract.api.health;
    if (check === undefined) return { healthy: true, reason: "the contract names no health path" };
    try {
      const request: CallRequest = { ...placeOf(contract, check.path), method: "GET", headers: { accept: "application/json" }, body: null };
      const bound = { contract, deadlineUs: this.#healthTimeoutMs * 1000 };
      await withinDeadline(bound, signal, (bounded) => this.#send(request, contract, bounded));
      return { healthy: true };
    } catch (error) {
      return { healthy: false, reason: transportError(error, contract).message };
    }
  }

  async close(): Promise<void> {
    await this.#pools.close();
  }

  async #send(request: CallRequest, contract: ServiceContract, signal: AbortSignal): Promise<ServiceResult> {
    try {
      const pool = this.#pools.for(request.origin, contract);
      const authorization = await authorizationHeaders(contract, this.#resolveSecret);
      const { path, method, body } = request;
      const response = await pool.request({ path, method, body, signal, headers: { ...request.headers, ...authorization } });
      // The pool ends the connection of a body that grows past its limit.
      return readAnswer(response.statusCode, response.headers, await response.body.bytes(), contract);
    } catch (error) {
      throw transportError(error, contract);
    }
  }
}

import type { Protocol, ServiceCall, ServiceContract, ServiceExecutor, ServiceHealth, ServiceResult } from "@caio/contracts";
import { withinDeadline } from "@caio/contracts/executor";

import { readAnswer } from "./answer.ts";
import { callRequest } from "./call-request.ts";
import { HttpReach, type HttpReachOptions } from "./http-reach.ts";
import { transportError } from "./transport-error.ts";

export type HttpExecutorOptions = HttpReachOptions;

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
  readonly #reach: HttpReach;

  constructor(options: HttpExecutorOptions = {}) {
    this.#reach = new HttpReach(options, { maxResponseBytes: 1_048_576, maxConnections: 64 });
  }

  /** @throws CaioError `ServiceUnavailable`, `DeadlineExceeded`, `ExecutionFailed` */
  async execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    const { contract } = call;
    return await withinDeadline(call, signal, async (bounded) => {
      try {
        const { statusCode, headers, body } = await this.#reach.send(callRequest(call), contract, bounded);
        // The pool ends the connection of a body that grows past its limit.
        return readAnswer(statusCode, headers, await body.bytes(), contract);
      } catch (error) {
        throw transportError(error, contract);
      }
    });
  }

  /** GET on the contract's health path, 2xx is healthy. A contract without one is taken for healthy. Never throws. */
  async health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth> {
    return await this.#reach.health(contract, signal);
  }

  async close(): Promise<void> {
    await this.#reach.close();
  }
}

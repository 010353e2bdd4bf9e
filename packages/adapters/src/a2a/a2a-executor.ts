import type { JsonValue } from "@caio/core";
import type { Protocol, ServiceCall, ServiceContract, ServiceExecutor, ServiceHealth, ServiceResult } from "@caio/contracts";
import { executorError, withinDeadline } from "@caio/contracts/executor";

import { readJson } from "../http/answer.ts";
import { basePlace } from "../http/base-place.ts";
import { placeOf, type CallRequest } from "../http/call-request.ts";
import { HttpReach, type HttpReachOptions } from "../http/http-reach.ts";
import { transportError } from "../http/transport-error.ts";
import { a2aOutput, isOtherVersion } from "./a2a-answer.ts";
import { a2aRequest, messagePlace } from "./a2a-request.ts";
import type { WireVersion } from "./wire-version.ts";

export type A2aExecutorOptions = HttpReachOptions;

/** Where an agent's card is, unless the contract's health path says otherwise (A2A §8.2). */
const CARD_PATH = "/.well-known/agent-card.json";
/** Places whose version is remembered. */
const MAX_KNOWN = 1000;

/**
 * Sends messages to A2A agents over JSON-RPC, in version 1.0 of the protocol, or in 0.3 to an agent that knows no other. The payload is the message,
 * the output its answer; see `a2aRequest` and `a2aOutput` for the shapes. The card is not asked where to send to: that is the contract's word.
 *
 * @example
 * ```ts
 * import { A2aExecutor } from "@caio/adapters";
 *
 * const executor = new A2aExecutor({ resolveSecret: (reference) => `the secret that ${reference} stands for` });
 * await executor.close();
 * ```
 */
export class A2aExecutor implements ServiceExecutor {
  readonly protocols: readonly Protocol[] = ["a2a"];
  readonly #reach: HttpReach;
  readonly #healthTimeoutMs: number;
  readonly #versions = new Map<string, WireVersion>();

  constructor(options: A2aExecutorOptions = {}) {
    this.#reach = new HttpReach(options, { maxResponseBytes: 4_194_304, maxConnections: 64 });
    this.#healthTimeoutMs = options.healthTimeoutMs ?? 2000;
  }

  /** @throws CaioError `ServiceUnavailable`, `DeadlineExceeded`, `ExecutionFailed` */
  async execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    const { contract } = call;
    return await withinDeadline(call, signal, async (bounded) => {
      try {
        return { output: a2aOutput(await this.#answer(call, bounded), contract) };
      } catch (error) {
        throw transportError(error, contract);
      }
    });
  }

  /** GET on the card: healthy if it is there, and is one. Never throws. */
  async health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth> {
    try {
      const place = contract.api.health === undefined ? { origin: basePlace(contract).origin, path: CARD_PATH } : placeOf(contract, contract.api.health.path);
      const request: CallRequest = { ...place, method: "GET", headers: { accept: "application/json", "a2a-version": "1.0" }, body: null };
      const card = await withinDeadline({ contract, deadlineUs: this.#healthTimeoutMs * 1000 }, signal, (bounded) => this.#json(request, contract, bounded));
      if (typeof card === "object" && card !== null && "name" in card) return { healthy: true };
      return { healthy: false, reason: executorError("ExecutionFailed", contract, "what is at its card's address is no agent card.").message };
    } catch (error) {
      return { healthy: false, reason: transportError(error, contract).message };
    }
  }

  async close(): Promise<void> {
    await this.#reach.close();
  }

  async #answer(call: ServiceCall, signal: AbortSignal): Promise<JsonValue> {
    const { origin, path } = messagePlace(call);
    const known = this.#versions.get(origin + path);
    const first = known ?? "1.0";
    const answer = await this.#json(a2aRequest(call, first), call.contract, signal);
    if (!isOtherVersion(answer)) return answer;
    // It did nothing: the other version may be tried, and is remembered if it is understood.
    const other = first === "1.0" ? "0.3" : "1.0";
    const second = await this.#json(a2aRequest(call, other), call.contract, signal);
    if (isOtherVersion(second)) return second;
    const [oldest] = this.#versions.keys();
    if (this.#versions.size >= MAX_KNOWN && oldest !== undefined) this.#versions.delete(oldest);
    this.#versions.set(origin + path, other);
    return second;
  }

  async #json(request: CallRequest, contract: ServiceContract, signal: AbortSignal): Promise<JsonValue> {
    const { statusCode, headers, body } = await this.#reach.send(request, contract, signal);
    return readJson(statusCode, headers, await body.bytes(), contract);
  }
}

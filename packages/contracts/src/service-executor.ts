import type { JsonValue } from "@caio/core";

import type { Endpoint, Protocol, ServiceContract } from "./service-contract.ts";

/** One call to a chosen service. */
export interface ServiceCall {
  readonly decisionId: string;
  /** The same for every retry of one attempt; services may use it to act once. */
  readonly idempotencyKey: string;
  readonly contract: ServiceContract;
  readonly model: string | null;
  /** The way in that serves the capability asked for. */
  readonly endpoint: Endpoint | undefined;
  readonly payload: JsonValue;
  readonly maxOutputTokens?: number;
  /** Time left, microseconds. The executor stops by then; the caller also aborts `signal`. */
  readonly deadlineUs: number;
}

export interface ServiceResult {
  readonly output: JsonValue;
  readonly usage?: { readonly inputTokens?: number; readonly outputTokens?: number };
}

export interface ServiceHealth {
  readonly healthy: boolean;
  readonly reason?: string;
}

/**
 * Reaches services of one protocol. `execute` rejects with a `CaioError` (`ServiceUnavailable`, `DeadlineExceeded`,
 * `ExecutionFailed`) and never takes its host down, whatever the service does.
 */
export interface ServiceExecutor {
  readonly protocols: readonly Protocol[];
  execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult>;
  health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth>;
  close(): Promise<void>;
}

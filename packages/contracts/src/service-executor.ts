import type { JsonValue } from "@caio/core";

import type { Endpoint, Protocol, ServiceContract } from "./service-contract.ts";
import type { ServiceStreamEvent, StreamResume } from "./service-stream.ts";

/** Where a call stands in a trace (W3C Trace Context, level 1). */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

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
  /** Go on with an answer that was begun elsewhere. Only in a call for which the executor's `resumable` is true. */
  readonly resume?: StreamResume;
  /** For services that take part in the trace; absent: there is none. */
  readonly trace?: TraceContext;
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
  /**
   * The answer in parts, ended by exactly one `end`; whoever iterates may stop at any time, which ends the call. Throws as
   * `execute` rejects. Absent: this executor answers whole (`streamCall` takes either).
   */
  stream?(call: ServiceCall, signal: AbortSignal): AsyncIterable<ServiceStreamEvent>;
  /** Whether `stream` can go on with `call.resume`: the protocol can continue an answer, and understands what was said. */
  resumable?(call: ServiceCall): boolean;
  health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth>;
  close(): Promise<void>;
}

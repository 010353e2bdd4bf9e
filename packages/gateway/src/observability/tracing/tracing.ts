import type { ServiceCall, ServiceResult, TraceContext } from "@caio/contracts";
import type { CaioErrorCode } from "@caio/core";
import type { Attempt, DecidedRequest } from "@caio/orchestrator";

/** A request that came in, as far as a trace may tell of it. */
export interface IncomingRequest {
  readonly method: string;
  /** As it is registered: an address as it was asked for may hold what nobody should read. */
  readonly route: string;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** The span of a request. */
export interface RequestSpan {
  /** 32 hex digits, for the log. */
  readonly traceId: string;
  /** Runs the rest of the request, so that what is done in it becomes a part of its trace. */
  run(rest: () => void): void;
  end(status: number): void;
}

/** The span of one call of a service. Whatever ends it first ends it. */
export interface CallSpan {
  /** What is told to the service. */
  readonly context: TraceContext;
  firstDelta(): void;
  succeeded(result: ServiceResult, finish?: string): void;
  failed(code: CaioErrorCode): void;
}

/**
 * Traces of requests: one span for the request, and under it one for every decision, call and outcome. No prompt, no answer, no name of a
 * caller is in any of them. A gateway without it pays nothing for it.
 */
export interface Tracing {
  incoming(request: IncomingRequest): RequestSpan;
  /** A decision of the request that is being worked on; its span began when the request, or the step before, was there. */
  decided(decided: DecidedRequest, decidingUs: number): void;
  /** Undefined outside a request. */
  calling(call: ServiceCall): CallSpan | undefined;
  /** An attempt whose outcome is in the log. */
  ended(attempt: Attempt): void;
  /** Sends what waits, for a few seconds at most. */
  close(): Promise<void>;
}

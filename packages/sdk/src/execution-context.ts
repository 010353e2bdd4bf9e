import type { Endpoint, ServiceResult } from "@caio/contracts";

/** What a caller may say about one call besides its payload. */
export interface CallOptions {
  /** The decision that chose this service, 64 hex digits; absent for a call that no decision made. */
  readonly decisionId?: string;
  /** The same for every retry of one attempt: act once for each. */
  readonly idempotencyKey?: string;
  /** The model chosen, null where the contract lists none. */
  readonly model?: string | null;
  readonly maxOutputTokens?: number;
  /** The way in that was used; absent where the contract lists none. */
  readonly endpoint?: Endpoint;
  /** Time left, microseconds. Absent: no deadline. */
  readonly deadlineUs?: number;
  readonly signal?: AbortSignal;
}

/** Tokens that a call used, as the service counted them. */
export type Usage = NonNullable<ServiceResult["usage"]>;

/** What `execute` knows about the call it serves. */
export interface ExecutionContext<State> {
  /** What `initialize` returned. */
  readonly state: State;
  /** Aborts when the deadline passes, the caller goes away or the service closes. */
  readonly signal: AbortSignal;
  /** Time that was left when the call began, microseconds; absent: no deadline. A duration, so no clocks need to agree. */
  readonly deadlineUs?: number;
  readonly model: string | null;
  readonly idempotencyKey?: string;
  readonly decisionId?: string;
  readonly maxOutputTokens?: number;
  /** The capability of the endpoint that was called, where its contract names one. */
  readonly capability?: string;
  /** Reports tokens used; the last report counts. */
  readonly reportUsage: (usage: Usage) => void;
}

import type { CaioError, Digest, JsonObject, JsonValue } from "@caio/core";
import type { Candidate, ServiceResult } from "@caio/contracts";

import type { Verdict } from "./verdict.ts";

/** A call about to be made. */
export interface EnforcedCall extends Candidate {
  readonly payload: JsonValue;
  /** The schema whose digest the promise names; needed if it names one. A text names a schema that is not at hand: it is not checked. */
  readonly outputSchema?: string | JsonObject;
  /** Cost set aside for this call in the policy's currency; null or absent: none. */
  readonly reservedMicros?: number | null;
  /** What the call cost in the policy's currency (`measuredCostMicros`); undefined if it cannot be told. */
  readonly costOf?: (usage: ServiceResult["usage"], latencyUs: number) => number | undefined;
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal;
}

/** What was measured of every call, however it ended. */
export interface Measurement {
  readonly latencyUs: number;
  readonly costMicros?: number;
  /** Of the output; of a stream: of the list of the deltas that were given. */
  readonly resultDigest?: Digest;
  readonly verdict: Verdict;
  /** Only of a stream that was begun. */
  readonly stream?: StreamMeasurement;
}

/** What was measured of a stream beside what is measured of every call. Time spent waiting for the consumer is not counted. */
export interface StreamMeasurement {
  /** Deltas that were given. */
  readonly deltas: number;
  /** From the call to the first delta, microseconds; absent if there was none. */
  readonly firstDeltaUs?: number;
  /** What the service said at the end, else what was counted, which is a lower bound. */
  readonly outputTokens: { readonly count: number; readonly measure: "said" | "at_least" };
}

/** A call that kept its promise. `output` is a copy of what was checked; null if a stream put none together. */
export interface KeptCall extends Measurement {
  readonly status: "success";
  readonly output: JsonValue;
  readonly usage: ServiceResult["usage"];
}

/** Why a call gave no result. */
export type EnforcementErrorCode =
  | "BudgetExceeded"
  | "DeadlineExceeded"
  | "ExecutionFailed"
  | "GuaranteeViolation"
  | "IntegrityViolation"
  | "InvalidContract"
  | "ServiceUnavailable";

/** A call without a usable result: it broke its promise, ran out of time, failed, or was cancelled. */
export interface BrokenCall extends Measurement {
  readonly status: "violation" | "timeout" | "error" | "cancelled";
  readonly error: CaioError<EnforcementErrorCode>;
}

/** How an enforced call ended; `status` is that of its `Outcome`. */
export type Enforcement = KeptCall | BrokenCall;

import { sha256, type Digest } from "@caio/core";
import type { Enforcement } from "@caio/guarantees";
import type { PolicySet } from "@caio/rules";

/** A call that was made, and whether it may be made again. */
export interface MadeCall {
  readonly enforcement: Enforcement;
  /** 1 for the first. */
  readonly attempt: number;
  readonly decisionId: Digest;
}

/**
 * How long to wait before the same service is called again, microseconds; undefined: it is not. Only a service that was not
 * reached, and has said nothing yet, is called again. One that asks for a longer pause than the policy's is left to a fallback.
 *
 * The pause is between half of the policy's and all of it, spread by the decision's id: callers of one service that went away
 * do not come back as one.
 */
export function retryPauseUs({ enforcement, attempt, decisionId }: MadeCall, retry: PolicySet["retry"]): number | undefined {
  if (enforcement.status !== "error" || enforcement.error.code !== "ServiceUnavailable") return undefined;
  if ((enforcement.stream?.deltas ?? 0) > 0 || attempt >= retry.maxAttempts) return undefined;
  const askedMs = enforcement.error.details["retry_after_ms"];
  const askedUs = typeof askedMs === "number" ? askedMs * 1000 : 0;
  if (askedUs > retry.backoffUs) return undefined;
  const half = Math.floor(retry.backoffUs / 2);
  const spread = Buffer.from(sha256(`caio-retry-v1 ${decisionId} ${String(attempt)}`)).readUInt32BE(0) / 2 ** 32;
  return Math.max(askedUs, retry.backoffUs - half + Math.floor(spread * half));
}

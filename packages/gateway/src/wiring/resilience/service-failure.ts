import type { ServiceContract } from "@caio/contracts";
import type { Attempt } from "@caio/orchestrator";

/** What the operator gives a service by itself, whatever a caller asks. */
export interface OwnPatience {
  /** Of a request whose caller sets no deadline, microseconds. */
  readonly deadlineUs: number;
  /** Attempts that the policy allows a request: each has its share of the deadline (decision 5). */
  readonly maxAttempts: number;
  /** Microseconds to the first event of a stream, and between two. */
  readonly firstDeltaUs: number;
  readonly betweenDeltasUs: number;
}

/** Statuses by which a service says that the payload is at fault (RFC 9110 §15.5). */
const OF_THE_PAYLOAD: readonly unknown[] = [400, 406, 409, 413, 415, 422];

/** The same in JSON-RPC: no request, unknown method, bad parameters (§5.1); content of a type that an A2A agent does not take. */
const OF_THE_MESSAGE: readonly unknown[] = [-32_600, -32_601, -32_602, -32_005];

/**
 * Whether a service answered that it does not take this payload: that is its caller's doing and says nothing of its promises. So is a tool that
 * says that it failed: it was reached and has answered, and what it says is mostly of its arguments (MCP, `isError`).
 */
export function refusedPayload({ enforcement }: Attempt): boolean {
  if (enforcement.status !== "error" || enforcement.error.code !== "ExecutionFailed") return false;
  const { status, mcp_code: mcp, a2a_code: a2a, tool, remote_code: remote } = enforcement.error.details;
  return OF_THE_PAYLOAD.includes(status) || mcp !== undefined || tool !== undefined || OF_THE_MESSAGE.includes(a2a) || remote === "InvalidRequest";
}

/**
 * Whether an attempt speaks against the service as a whole. True: it did not answer. False: it answered, whatever the answer was worth.
 * Undefined: nothing can be said. Neither a payload that a service refuses nor a deadline of a caller, shorter than what the service
 * promises or the operator gives, may close a service to others: that is the caller's doing.
 */
export function serviceFailed(attempt: Attempt, own: OwnPatience): boolean | undefined {
  const { enforcement } = attempt;
  if (enforcement.status === "success" || enforcement.status === "violation" || refusedPayload(attempt)) return false;
  if (enforcement.status === "cancelled") return undefined;
  if (enforcement.status === "timeout") return hadItsTime(attempt, own) ? true : undefined;
  return true;
}

/** Deciding and sending take of the time that there is; so much of it is enough, in hundredths. */
const ENOUGH = 90;

/** Whether a call that ended late had the time that its contract promises or, without a promise, what the operator gives it. */
function hadItsTime(attempt: Attempt, own: OwnPatience): boolean {
  const { enforcement, contract } = attempt;
  const promisedUs = longestPromiseUs(contract);
  if (promisedUs !== undefined && enforcement.latencyUs >= promisedUs) return true;
  if (boundByCaller(attempt, own)) return false;
  // It said so itself (408, 504), before anybody's patience ended.
  if (enforcement.status === "timeout" && typeof enforcement.error.details["status"] === "number") return true;
  if (promisedUs !== undefined) return false;
  const shareUs = own.deadlineUs / own.maxAttempts;
  return enforcement.latencyUs * 100 >= Math.min(shareUs, own.firstDeltaUs, own.betweenDeltasUs) * ENOUGH;
}

/**
 * Whether an attempt was decided under less time than the policy by itself leaves it: the n-th of m attempts has at least m − n + 1 of m
 * parts of the policy's deadline.
 */
function boundByCaller({ attempt, decision }: Attempt, { deadlineUs, maxAttempts }: OwnPatience): boolean {
  const limitUs = decision.outcome.limits.deadlineUs;
  if (limitUs === null) return false;
  const partsLeft = Math.max(1, maxAttempts - attempt + 1);
  return limitUs * 100 * maxAttempts < deadlineUs * partsLeft * ENOUGH;
}

function longestPromiseUs({ guarantees }: ServiceContract): number | undefined {
  const bounds = guarantees.flatMap(({ property, bound }) => (property === "latency" && "maxUs" in bound && typeof bound.maxUs === "number" ? [bound.maxUs] : []));
  return bounds.length === 0 ? undefined : Math.max(...bounds);
}

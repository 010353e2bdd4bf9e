import type { ServiceContract } from "@caio/contracts";
import type { Attempt } from "@caio/orchestrator";

/** What a service that promises no latency is given before a call that was cut counts against it. */
const PATIENCE_US = 1_000_000;

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
 * Undefined: nothing can be said. Neither a payload that a service refuses nor a deadline shorter than its promise may close a
 * service to others: that is the caller's doing.
 */
export function serviceFailed(attempt: Attempt): boolean | undefined {
  const { enforcement, contract } = attempt;
  if (enforcement.status === "success" || enforcement.status === "violation" || refusedPayload(attempt)) return false;
  if (enforcement.status === "cancelled") return undefined;
  if (enforcement.status === "timeout") return enforcement.latencyUs >= patienceUs(contract) ? true : undefined;
  return true;
}

function patienceUs({ guarantees }: ServiceContract): number {
  const bounds = guarantees.flatMap(({ property, bound }) => (property === "latency" && "maxUs" in bound && typeof bound.maxUs === "number" ? [bound.maxUs] : []));
  return bounds.length === 0 ? PATIENCE_US : Math.max(...bounds);
}

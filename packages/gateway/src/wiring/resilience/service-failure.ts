import type { ServiceContract } from "@caio/contracts";
import type { Attempt } from "@caio/orchestrator";

/** What a service that promises no latency is given before a call that was cut counts against it. */
const PATIENCE_US = 1_000_000;

/**
 * Whether an attempt speaks against the service as a whole. True: it did not answer. False: it answered, whatever the answer was worth.
 * Undefined: nothing can be said. Neither a payload that a service refuses nor a deadline shorter than its promise may close a
 * service to others: that is the caller's doing.
 */
export function serviceFailed({ enforcement, contract }: Attempt): boolean | undefined {
  if (enforcement.status === "success" || enforcement.status === "violation") return false;
  if (enforcement.status === "cancelled") return undefined;
  const { code, details } = enforcement.error;
  if (enforcement.status === "timeout") return enforcement.latencyUs >= patienceUs(contract) ? true : undefined;
  if (code !== "ExecutionFailed") return true;
  const { status } = details;
  if (typeof status === "number" && status < 500) return false;
  return details["mcp_code"] === undefined && details["remote_code"] === undefined ? true : false;
}

function patienceUs({ guarantees }: ServiceContract): number {
  const bounds = guarantees.flatMap(({ property, bound }) => (property === "latency" && "maxUs" in bound && typeof bound.maxUs === "number" ? [bound.maxUs] : []));
  return bounds.length === 0 ? PATIENCE_US : Math.max(...bounds);
}
